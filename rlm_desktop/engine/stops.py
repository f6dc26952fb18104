"""Why work stops before its end: a limit, or the user who wants to finish now."""

from rlm_desktop.trace.facts import LimitName

FINISH_ASKED = "you asked to finish now"


class EngineError(Exception):
    """The engine could not do what was asked; the text says why."""


class WorkStopped(EngineError):
    """No more work of this kind is done. `limit` is None when the user asked to finish."""

    def __init__(self, limit: LimitName | None, text: str) -> None:
        super().__init__(text)
        self.limit = limit
        self.text = text


def sentence(text: str) -> str:
    """Give a text its capital and its full stop."""
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[:1].upper() + ended[1:]


def finish_asked() -> WorkStopped:
    """Say that the user asked to finish."""
    return WorkStopped(None, FINISH_ASKED)
