"""How a document or a folder looks in its row, and how it is said aloud."""

from typing import NamedTuple

from rlm_desktop.corpus.store.seen import FileState
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.wording import plural, short_number, size
from rlm_desktop.viewmodel.document_rows import STATE_WORDS, DocumentRow
from rlm_desktop.viewmodel.document_tree import Folder, Item
from rlm_desktop.viewmodel.guarded_text import plain_tip

_INKS: dict[FileState, Tint] = {"failed": "warn", "noted": "muted", "duplicate": "muted"}


class Look(NamedTuple):
    """What the delegate paints, from left to right."""

    words: str
    place: str
    """The folder, where rows do not stand below it."""
    note: str
    figures: tuple[str, str, str, str]
    """Kind, pages, characters and size, for which there is room in a wide panel."""
    ink: Tint
    note_ink: Tint
    depth: int
    is_open: bool | None
    """None for a document."""
    lacks: bool
    """Whether not all of it could be read."""


def look_of(item: Item, is_flat: bool) -> Look:
    """Say how a row looks."""
    return _of_folder(item) if isinstance(item, Folder) else _of_document(item, is_flat)


def tip_of(item: Item) -> str:
    """Say all that is known."""
    return plain_tip(f"{item.path}\n{item.tally.exactly}" if isinstance(item, Folder) else item.in_words)


def spoken(item: Item) -> str:
    """Say a row in words."""
    if isinstance(item, Folder):
        state = "open" if item.is_open else "closed"
        return f"{item.name}, folder, level {item.depth + 1}, {state}, {item.tally.exactly}"
    parts = [item.name, STATE_WORDS[item.state], item.kind]
    parts.append("" if item.pages is None else plural(item.pages, "page"))
    if item.state == "ready":
        parts.append(f"{item.characters:,} characters, about {item.tokens:,} tokens")
    if item.duplicate_of:
        parts.append(f"same as {item.duplicate_of}")
    parts.append(item.reason)
    return ", ".join(filter(None, parts))


def _of_folder(folder: Folder) -> Look:
    tally = folder.tally
    note = f"{tally.files:,}"
    if tally.waiting:
        note = f"{tally.files - tally.waiting:,} of {tally.files:,}"
    tokens = f"{short_number(tally.tokens)} tok" if tally.tokens else ""
    return Look(
        words=f"{folder.name}/",
        place="",
        note=note,
        figures=("", "", tokens, size(tally.size_bytes) if tally.size_bytes else ""),
        ink="text",
        note_ink="muted",
        depth=folder.depth,
        is_open=folder.is_open,
        lacks=bool(tally.failed),
    )


def _of_document(row: DocumentRow, is_flat: bool) -> Look:
    ink = _INKS.get(row.state, "text")
    pages = "" if row.pages is None else f"{row.pages:,} p"
    characters = f"{short_number(row.characters)} chr" if row.state == "ready" else ""
    return Look(
        words=row.name,
        place=row.folder if is_flat else "",
        note=row.note,
        figures=(row.kind, pages, characters, size(row.size_bytes) if row.size_bytes else ""),
        ink="muted" if row.state == "queued" else ink,
        note_ink="muted" if ink == "text" else ink,
        depth=0 if is_flat or not row.folder else row.folder.count("/") + 1,
        is_open=None,
        lacks=row.state == "ready" and bool(row.reason),
    )
