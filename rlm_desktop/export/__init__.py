"""What leaves the product, one module per format."""
