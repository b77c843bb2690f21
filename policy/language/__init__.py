"""The language of rules: a subset of CEL, checked against a schema, bounded in cost, with three values."""
