"""The running collector: gRPC services, the one writer, the HTTP endpoint and what binds them."""
