"""How long the past is kept whole: by which rule, and the work of thinning out what is older."""
