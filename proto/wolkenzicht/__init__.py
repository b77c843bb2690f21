"""The contract that agent, collector and asker share: model, wire form, transport and errors."""
