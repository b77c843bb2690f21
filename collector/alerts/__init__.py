"""Alerts: what the outbox holds is brought to people and systems over the configured routes."""
