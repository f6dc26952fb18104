"""Events as bytes, for whoever keeps, sends or exports them."""
