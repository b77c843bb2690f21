"""The connector for VMware vCenter: its virtual machines, datastores and hosts."""
