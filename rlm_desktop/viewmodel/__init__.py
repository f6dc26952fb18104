"""What the window knows but does not draw."""
