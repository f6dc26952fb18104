"""What holds code in the child back from the user's files, network and programs."""

from dataclasses import dataclass

from rlm_desktop.repl.sandbox import tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How the child is held: a name to show with a run, what it means for the user, and whether code may run at all."""

    name: str
    meaning: str
    can_run: bool


def isolation() -> Isolation:
    """Tell what holds a child that is started here."""
    tier = tiers.best()
    if not tier.can_run:
        return Isolation(name="Refused", meaning=tier.words, can_run=False)
    meaning = f"it stops {'; '.join(tier.stops)}. Not promised: {'; '.join(tier.misses)}"
    return Isolation(name=tier.words, meaning=f"tier {tier.name}; {meaning}", can_run=True)
