"""Ask questions over more text than any language model can read, and see how the answer came about."""
