"""A look at a block's syntax tree before it runs: what wastes money or loses data."""
