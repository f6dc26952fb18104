"""The messages of the root LM's window for Qt: how long each is, by estimate, and what of it was cached."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.export.answer import percent
from rlm_desktop.trace.facts import Message, Role
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.rows import Tint, short_model
from rlm_desktop.trace.wording import one_line, plural, short_number
from rlm_desktop.viewmodel.cards import Cell
from rlm_desktop.viewmodel.context_window import ContextWindow, Fate, Standing
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.plain_table import CellRole
from rlm_desktop.viewmodel.slices import Slices

AnyIndex = QModelIndex | QPersistentModelIndex
MessageRole = Qt.ItemDataRole.UserRole + 2
SPEAKERS: dict[Role, tuple[str, Tint]] = {
    "system": ("System", "muted"),
    "user": ("User", "code"),
    "assistant": ("Assistant", "root"),
}
FATES: dict[Fate, tuple[str, Tint]] = {
    "new": ("+ new", "accent"),
    "unchanged": ("unchanged", "muted"),
    "compacted": ("− compacted away", "warn"),
    "gone": ("− no longer sent", "warn"),
}
_MOST_KNOWN = 20_000


class ContextColumn(IntEnum):
    """The columns, left to right."""

    NUMBER = 0
    SPEAKER = 1
    MESSAGE = 2
    FATE = 3
    TOKENS = 4
    SHARE = 5


HEADINGS = ("#", "Role", "Message", "", "Tokens", "Share")


@dataclass(frozen=True, slots=True)
class Weight:
    """What was found of a message's text: its tokens, by estimate, and its first words."""

    tokens: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One line: a message with its weight, where it begins in the prompt, and how much of it was cached."""

    standing: Standing
    number: int
    """Its place among the messages that are sent, from 1; 0 for one that is not."""
    weight: Weight | None
    share: float
    """Of the whole prompt, from 0 to 1."""
    cached: float
    """The part of it that the provider had in its prompt cache, from 0 to 1."""


class ContextItems(QAbstractTableModel):
    """Shows a `ContextWindow`; texts are weighed in slices, and each only once."""

    told = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.window: ContextWindow | None = None
        self.rows: list[MessageRow] = []
        self._weights: dict[Digest, Weight] = {}
        self._slices = Slices(self)

    def show_window(self, window: ContextWindow | None, texts: Texts) -> None:
        """Show the window of a turn."""
        if window == self.window:
            return
        self._slices.drop()
        self.beginResetModel()
        self.window = window
        self._arrange()
        self.endResetModel()
        if window is not None:
            self._slices.begin(self._weighing(window, texts))
        self.told.emit()

    def _weighing(self, window: ContextWindow, texts: Texts) -> Iterator[None]:
        if len(self._weights) > _MOST_KNOWN:
            self._weights.clear()
        for standing in window.messages:
            self._weigh(standing.message, texts)
            yield
        self._arrange()
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(ContextColumn) - 1))
        self.told.emit()

    def _weigh(self, message: Message, texts: Texts) -> None:
        digest = message.text.digest
        if digest not in self._weights:
            text = texts.text(message.text)
            self._weights[digest] = Weight(estimate_tokens(text), one_line(text[:4_000]))

    def _arrange(self) -> None:
        window, self.rows = self.window, []
        if window is None:
            return
        whole = self.estimate
        cached = whole * window.cached_tokens / window.input_tokens if window.input_tokens else 0.0
        number, start = 0, 0
        for standing in window.messages:
            weight = self._weights.get(standing.message.text.digest)
            tokens = weight.tokens if weight is not None and standing.is_there else 0
            number += standing.is_there
            self.rows.append(
                MessageRow(
                    standing=standing,
                    number=number if standing.is_there else 0,
                    weight=weight,
                    share=tokens / whole if whole else 0.0,
                    cached=max(0.0, min(1.0, (cached - start) / tokens)) if tokens else 0.0,
                )
            )
            start += tokens

    @property
    def is_busy(self) -> bool:
        """Whether texts are being weighed."""
        return self._slices.is_busy

    @property
    def estimate(self) -> int:
        """The tokens of all messages that are sent, by estimate, as far as they are weighed."""
        there = (one.message.text.digest for one in (self.window.messages if self.window else ()) if one.is_there)
        return sum(self._weights[digest].tokens for digest in there if digest in self._weights)

    @property
    def tokens(self) -> int:
        """How long the prompt is: as the provider counted, or else by estimate."""
        return (self.window.input_tokens if self.window is not None else None) or self.estimate

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(ContextColumn)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case _ if role == MessageRole:
                return row
            case _ if role == CellRole:
                return message_cell(row, ContextColumn(index.column()))
            case Qt.ItemDataRole.DisplayRole:
                return message_cell(row, ContextColumn(index.column())).text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                words = message_words(row)
                return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            before = self.window.before if self.window is not None else None
            return f"Since turn {before}" if section == ContextColumn.FATE and before else HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == ContextColumn.TOKENS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def message_cell(row: MessageRow, column: ContextColumn) -> Cell:
    """Write one cell of a message."""
    weight, is_there = row.weight, row.standing.is_there
    speaker, tint = SPEAKERS[row.standing.message.role]
    fate, fate_tint = FATES[row.standing.fate]
    match column:
        case ContextColumn.NUMBER:
            return Cell(text=str(row.number or "–"), is_figure=True, tint="muted")
        case ContextColumn.SPEAKER:
            return Cell(text=speaker, tint=tint if is_there else "muted")
        case ContextColumn.MESSAGE:
            return Cell(text=weight.title if weight else "", tint="text" if is_there else "muted")
        case ContextColumn.FATE:
            return Cell(text=fate, tint=fate_tint)
        case ContextColumn.TOKENS:
            text = f"≈ {short_number(weight.tokens)}" if weight else "…"
            return Cell(text=text, is_figure=True, tint="text" if is_there else "muted")
        case ContextColumn.SHARE:
            return Cell(text=percent(row.share) if is_there else "", is_figure=True, tint="muted")


def message_words(row: MessageRow) -> str:
    """Say a message aloud."""
    name = f"message {row.number}" if row.number else "a message"
    parts = [name, SPEAKERS[row.standing.message.role][0].lower(), FATES[row.standing.fate][0].lstrip("+− ")]
    parts.append(plural(row.standing.message.text.characters, "character"))
    if row.weight is not None:
        parts.append(f"about {plural(row.weight.tokens, 'token')}")
    if row.standing.is_there:
        parts.append(f"{percent(row.share)} of the prompt")
    if row.cached:
        how = "all" if row.cached >= 1 else percent(row.cached)
        parts.append(f"{how} of it from the provider's prompt cache")
    return ", ".join([*parts, row.weight.title if row.weight is not None else ""])


def place_words(window: ContextWindow) -> str:
    """Say which window it is: `turn 7 of 8 · gpt-5`."""
    turn = f"turn {window.turn} of {window.newest} · " if window.turn else ""
    return f"{turn}{short_model(window.model)}"


def size_words(items: ContextItems) -> str:
    """Say how much of the window is taken: `8.3k of 400k tokens · 2 %`."""
    window = items.window
    if window is None:
        return ""
    about = "" if window.input_tokens else "≈ "
    if not window.window_tokens:
        return f"{about}{short_number(items.tokens)} tokens"
    share = percent(items.tokens / window.window_tokens)
    return f"{about}{short_number(items.tokens)} of {short_number(window.window_tokens)} tokens · {share}"


def whole_words(items: ContextItems) -> str:
    """Say all of it in sentences."""
    window = items.window
    if window is None:
        return ""
    if items.is_busy:
        return "Weighing the messages."
    there = [one for one in window.messages if one.is_there]
    new, left = sum(one.fate == "new" for one in there), len(window.messages) - len(there)
    sent = plural(len(there), "message")
    if window.input_tokens:
        said = f"{sent}, {window.input_tokens:,} tokens as the provider counted."
    else:
        said = f"{sent}, about {items.estimate:,} tokens; the provider has not counted them."
    parts = [said]
    if window.before is not None:
        gone = f", {left:,} {'was' if left == 1 else 'were'} left out" if left else ""
        parts.append(f"Since turn {window.before}, {new:,} came{gone}.")
    if window.input_tokens:
        parts.append(_cached_words(window.cached_tokens, window.input_tokens))
    return " ".join([*parts, "How long each message is, is estimated."])


def _cached_words(cached: int, tokens: int) -> str:
    """Say what came from the cache; that a provider tells of none and that it does not tell are recorded alike."""
    if not cached:
        return "The provider reported nothing from its prompt cache."
    return f"The first {cached:,} tokens ({percent(cached / tokens)}) came from the provider's prompt cache."
