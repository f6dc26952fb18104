"""What is derived from the text of a stored corpus and lies beside it: a search index, and an index of its blocks."""
