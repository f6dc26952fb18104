"""What lets model code take a text that stays in its files for a `str`; used only when the corpus is that long."""
