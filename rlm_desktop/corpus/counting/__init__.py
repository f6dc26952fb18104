"""Exact numbers of tokens, counted in the background with the vocabulary of the model, and kept."""
