"""The asker's command: asks a collector over gRPC and shows the answer; needs the base install only."""
