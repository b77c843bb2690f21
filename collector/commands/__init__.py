"""The commands of `wolkenzicht-collector`, one module per noun."""
