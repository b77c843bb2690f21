"""The rules of wolkenzicht: pure functions that turn the facts about an asset into a judgement."""
