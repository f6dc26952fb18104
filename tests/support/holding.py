"""Whether the system holds the children that tests start, or only our own code does."""

from rlm_desktop.repl.sandbox import tiers


def is_held() -> bool:
    """Tell whether children run in a tier that confines them."""
    return tiers.best().is_confined
