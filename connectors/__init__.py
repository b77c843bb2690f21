"""Connectors: each reads one kind of source and yields assets and honest outcomes, nothing else."""
