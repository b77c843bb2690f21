"""Reads an Azure tenant: its subscriptions, through Resource Graph and Resource Manager."""
