"""What the history knows of a run, and the words and colours for how it ended."""

from dataclasses import dataclass, field
from typing import Literal

from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.moments import local
from rlm_desktop.trace.wording import plural, seconds

HistoryStatus = RunStatus | Literal["running"]

STATUS_WORDS: dict[HistoryStatus, str] = {
    "running": "running",
    "answered": "answered",
    "partial": "partial answer",
    "failed": "no answer",
    "cancelled": "stopped",
    "interrupted": "interrupted",
}
STATUS_INKS: dict[HistoryStatus, str | None] = {
    "running": "accent",
    "answered": None,
    "partial": "warn",
    "failed": "error",
    "cancelled": "muted",
    "interrupted": "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One run of the past, or the one that goes on."""

    run: RunId
    title: str
    status: HistoryStatus
    started_at: float = 0.0
    cost: str = ""
    """In words."""
    cost_nano_usd: int | None = None
    """As far as it is known; None where nothing of it is."""
    seconds: float | None = None
    calls: int = 0
    root: str = ""
    worker: str = ""
    answer: str = ""
    is_asking: bool = False
    """Whether it waits for the user's answer."""
    name: str = ""
    """What the user calls it; empty where the question is its name."""
    is_pinned: bool = False
    tags: tuple[str, ...] = ()
    looked_through: str = field(default="", init=False, repr=False, compare=False)
    """All the words of the row itself, without case."""

    def __post_init__(self) -> None:
        words = (self.name, self.title, self.answer, *self.tags, self.root, self.worker, self.run)
        object.__setattr__(self, "looked_through", "\n".join(words).casefold())

    @property
    def called(self) -> str:
        """What the list calls it."""
        return self.name or self.title

    @property
    def note(self) -> str:
        """What stands at the right: how it ended if not well, else what it cost."""
        if self.status == "running":
            return "asks you" if self.is_asking else "live"
        if self.status == "answered":
            return self.cost
        return STATUS_WORDS[self.status]

    @property
    def standing(self) -> str:
        """How it stands, in words."""
        return "waits for your answer" if self.is_asking else STATUS_WORDS[self.status]

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        words = [self.called, self.standing, self.cost]
        if self.is_pinned:
            words.insert(0, "pinned")
        if self.tags:
            words.append(f"tags: {', '.join(self.tags)}")
        return ", ".join(word for word in words if word)

    @property
    def in_words(self) -> str:
        """All that the list knows of the run."""
        when = local(self.started_at).strftime("%Y-%m-%d %H:%M")
        spent = f"{self.cost}, {plural(self.calls, 'call')}, {seconds(self.seconds)}"
        lines = [
            self.name,
            self.title,
            f"{STATUS_WORDS[self.status].capitalize()}, {when}",
            spent,
            f"{self.root} with {self.worker}",
            f"Tags: {', '.join(self.tags)}" if self.tags else "",
            f"Run {self.run}",
        ]
        return "\n".join(line for line in lines if line)
