"""What readers write on nodes of runs: notes, pins, scores, labels. It goes when its run goes."""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, and_, cast, delete, select
from sqlalchemy.dialects.sqlite import insert

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import NoSuchRun
from rlm_desktop.storage.tables import node_notes, runs
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import HIGHEST_SCORE, LOWEST_SCORE, NodeNote, NoteFields

log = logging.getLogger(__name__)

# As bytes, so that a text that was damaged hides no other note.
_READ = select(
    node_notes.c.node,
    cast(node_notes.c.text, LargeBinary).label("text"),
    node_notes.c.is_pinned,
    node_notes.c.score,
    cast(node_notes.c.labels, LargeBinary).label("labels"),
    node_notes.c.changed_at,
).join(runs, runs.c.number == node_notes.c.run)
_LABELS = select(cast(node_notes.c.labels, LargeBinary)).where(node_notes.c.labels != "[]")
_NOTHING = and_(
    node_notes.c.text == "",
    node_notes.c.is_pinned == 0,
    node_notes.c.score.is_(None),
    node_notes.c.labels == "[]",
)


class Notes:
    """The notes of all runs."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def of(self, run: RunId) -> dict[NodeId, NodeNote]:
        """Give what is written on the nodes of a run; what is damaged of a note is left out of it."""
        with self._database.reading() as connection:
            rows = connection.execute(_READ.where(runs.c.run == run).order_by(node_notes.c.node)).all()
        notes = (_note(row) for row in rows)
        return {note.node: note for note in notes if note is not None}

    def change(self, run: RunId, node: NodeId, fields: NoteFields) -> None:
        """Alter some of a node's note and leave the rest; one without anything is removed. Raises `NoSuchRun`."""
        with self._database.writing() as connection:
            number = connection.execute(select(runs.c.number).where(runs.c.run == run)).scalar_one_or_none()
            if number is None:
                raise NoSuchRun(f"There is no run “{run}”, so nothing can be written on it.")
            _put(connection, number, node, _columns(fields) | {"changed_at": self._clock()})

    def labels(self) -> list[str]:
        """Give all labels in use, the most frequent first."""
        with self._database.reading() as connection:
            written = connection.execute(_LABELS).scalars().all()
        counted = Counter(label for one in written for label in _labels(one))
        return [label for label, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0].casefold()))]


def _put(connection: Connection, number: int, node: NodeId, values: dict[str, Any]) -> None:
    blank: dict[str, Any] = {"text": "", "is_pinned": 0, "score": None, "labels": "[]"}
    statement = insert(node_notes).values(run=number, node=node, **(blank | values))
    connection.execute(statement.on_conflict_do_update(index_elements=["run", "node"], set_=values))
    connection.execute(delete(node_notes).where(node_notes.c.run == number, node_notes.c.node == node, _NOTHING))


def _columns(fields: NoteFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    if "is_pinned" in fields:
        values["is_pinned"] = int(fields["is_pinned"])
    if "labels" in fields:
        values["labels"] = json.dumps(list(fields["labels"]))
    return values


def _note(row: Row[Any]) -> NodeNote | None:
    if not isinstance(row.node, int):
        log.warning("a note is on no node and is left out")
        return None
    is_score = isinstance(row.score, int) and LOWEST_SCORE <= row.score <= HIGHEST_SCORE
    return NodeNote(
        node=NodeId(row.node),
        text=row.text.decode("utf-8", "replace"),
        is_pinned=row.is_pinned == 1,
        score=row.score if is_score else None,
        labels=_labels(row.labels),
        changed_at=row.changed_at if isinstance(row.changed_at, float) else 0.0,
    )


def _labels(written: bytes) -> tuple[str, ...]:
    try:
        labels = json.loads(written)
    except ValueError:
        return ()
    return tuple(label for label in labels if isinstance(label, str)) if isinstance(labels, list) else ()
