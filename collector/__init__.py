"""The collector: keeps the overview, knows what it could not see, raises alerts and answers askers."""
