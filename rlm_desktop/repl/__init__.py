"""The interpreter in a process of its own."""
