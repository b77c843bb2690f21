"""What AWS's own inventories know of an account, whatever the type: identifier, type and place."""
