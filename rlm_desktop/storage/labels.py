"""What the user writes on runs: a name, a pin, tags. They lie beside the record, which stays as it was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, literal, select
from sqlalchemy.dialects.sqlite import Insert, insert

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.tables import run_labels, run_tags, runs
from rlm_desktop.trace.ids import RunId

_THE_RUN = runs.c.run == bindparam("of_run")
_TAG = (
    insert(run_tags)
    .from_select(["run", "tag"], select(runs.c.number, bindparam("the_tag", type_=run_tags.c.tag.type)).where(_THE_RUN))
    .on_conflict_do_nothing()
)
_UNTAG = delete(run_tags).where(
    run_tags.c.run.in_(select(runs.c.number).where(_THE_RUN)), run_tags.c.tag == bindparam("the_tag")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLabel:
    """What is written on a run."""

    name: str = ""
    """Empty where the question is its name."""
    is_pinned: bool = False
    tags: tuple[str, ...] = ()


class Labels:
    """What is written on all runs. Writing on a run that is gone does nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[RunId, RunLabel]:
        """Give what is written on those runs that have something."""
        return self._read()

    def of(self, run: RunId) -> RunLabel:
        """Give what is written on one run."""
        return self._read(run).get(run, RunLabel())

    def rename(self, run: RunId, name: str) -> None:
        """Give a run a name; an empty one takes it away."""
        with self._database.writing() as connection:
            connection.execute(_writing(run_labels.c.name, name), {"of_run": run})

    def pin(self, pinned: Iterable[RunId], is_pinned: bool) -> None:
        """Pin runs, or take the pin away."""
        statement = _writing(run_labels.c.is_pinned, is_pinned)
        with self._database.writing() as connection:
            for run in pinned:
                connection.execute(statement, {"of_run": run})

    def retag(self, tagged: Collection[RunId], added: Collection[str], removed: Collection[str]) -> None:
        """Add and remove tags of runs."""
        with self._database.writing() as connection:
            _for_each(connection, _UNTAG, tagged, removed)
            _for_each(connection, _TAG, tagged, added)

    def _read(self, run: RunId | None = None) -> dict[RunId, RunLabel]:
        named = select(runs.c.run, run_labels.c.name, run_labels.c.is_pinned).join(
            run_labels, run_labels.c.run == runs.c.number
        )
        tagged = select(runs.c.run, run_tags.c.tag).join(run_tags, run_tags.c.run == runs.c.number)
        if run is not None:
            named, tagged = named.where(runs.c.run == run), tagged.where(runs.c.run == run)
        with self._database.reading() as connection:
            found = {
                RunId(row.run): RunLabel(name=row.name, is_pinned=row.is_pinned) for row in connection.execute(named)
            }
            tags: dict[RunId, list[str]] = {}
            for row in connection.execute(tagged):
                tags.setdefault(RunId(row.run), []).append(row.tag)
        for each, words in tags.items():
            found[each] = replace(found.get(each, RunLabel()), tags=tuple(sorted(words, key=str.casefold)))
        return found


def _writing(column: Any, value: object) -> Insert:
    """Make the statement that sets one column of a label that may not be there yet."""
    values = {"name": "", "is_pinned": False, column.name: value}
    chosen = select(
        runs.c.number, *(literal(values[each.name], each.type) for each in run_labels.c if each.name != "run")
    )
    statement = insert(run_labels).from_select(["run", "name", "is_pinned"], chosen.where(_THE_RUN))
    return statement.on_conflict_do_update(index_elements=["run"], set_={column.name: value})


def _for_each(connection: Connection, statement: Any, tagged: Collection[RunId], tags: Collection[str]) -> None:
    rows = [{"of_run": run, "the_tag": tag} for run in tagged for tag in tags]
    if rows:
        connection.execute(statement, rows)
