"""The tree of a large run as columns of numbers in a file, to open at once; derived, made anew if wrong."""
