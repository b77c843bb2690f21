"""Sight of tenants that is lost, looked for from time to time."""
