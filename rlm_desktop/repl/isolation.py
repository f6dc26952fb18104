"""What holds code in the child back from the user's files, network and programs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How the child is held: a name to show with a run, and what it means for the user."""

    name: str
    meaning: str


def isolation() -> Isolation:
    """Tell what holds a child that is started here."""
    return Isolation(name="Not isolated", meaning="code that a model writes runs with the rights you have")
