"""The agent: plans scopes, reads them, classifies what it finds, and streams it to the collector."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("wolkenzicht")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0+unknown"
