"""Many agents on one collector: memory of a stream, a round of all, and whether anybody is kept waiting."""
