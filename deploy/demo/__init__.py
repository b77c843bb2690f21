"""The demo: a made-up ministry's AWS account and datacentre, scanned for real."""
