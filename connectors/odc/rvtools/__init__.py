"""The connector for an export of RVTools: the virtual machines, datastores and hosts of a vCenter."""
