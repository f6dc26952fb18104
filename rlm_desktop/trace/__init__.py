"""The vocabulary of a run; standard library only."""
