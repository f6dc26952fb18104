"""What the operating system takes from the child before it runs code that a model wrote."""
