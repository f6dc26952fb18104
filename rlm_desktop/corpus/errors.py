"""What can go wrong with the user's files.

CorpusError
 └─ Unreadable   this one file cannot be read; the message is the reason, and the rest goes on
"""


class CorpusError(Exception):
    """Something about the user's files stops us; the message says what and what to do."""


class Unreadable(CorpusError):
    """One file cannot be read; the message is a reason fit to stand beside its name."""
