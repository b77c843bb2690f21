"""The connector for OpenStack: what one project has in its regions."""
