"""Data that ships with the collector."""
