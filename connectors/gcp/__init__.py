"""Reads the metadata of a Google Cloud estate through Cloud Asset Inventory: one read-only API."""
