"""What holds for all tests: a property test may take its time, since machines are shared."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("wolkenzicht", deadline=None)
settings.load_profile("wolkenzicht")
