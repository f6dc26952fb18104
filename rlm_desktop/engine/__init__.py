"""The recursive loop."""
