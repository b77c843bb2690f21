"""The connector for Kubernetes: the volumes, nodes and entry points of a cluster, wherever it runs."""
