"""The rules in force at a collector: which edition, for whom, on which day."""
