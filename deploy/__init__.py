"""What deployments need: the demo, samples and templates."""
