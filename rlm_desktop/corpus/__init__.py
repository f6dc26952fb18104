"""Files to named texts."""
