"""The connector for NetBox: what a datacentre's own records say about its sites, machines and clusters."""
