"""Reads the metadata of one AWS account through the official SDK: read-only calls, never contents."""
