"""Reads trajectories in the Agent Trajectory Interchange Format: whoever wrote them, in any version up to 1.8."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_atif_steps import Trajectory
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_lines import CutOff
from rlm_desktop.export.foreign_telling import events_of
from rlm_desktop.export.foreign_told import ToldNotice
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.export.json_writing import OURS

_LACKS = (
    "A prompt shows what came since the turn before. Such a trajectory does not hold how long turns and calls took, "
    "variables and limits."
)
_OUT_OF_OURS = "It was exported by RLM Desktop as an agent trajectory, which holds less."


def is_atif(whole: Fields) -> bool:
    """Tell whether a document is a trajectory."""
    version = whole.data.get("schema_version")
    return isinstance(version, str) and version.startswith("ATIF-") and "steps" in whole.data


def read_atif(path: Path, whole: Fields) -> Iterator[ImportedRun]:
    """Give the run that a trajectory tells of; raises `BadImport`."""
    ours = whole.part("extra").part(OURS)
    agent = whole.part("agent")
    by = " ".join(filter(None, (agent.text("name"), agent.text("version"))))
    first = f"This run was imported from {path.name}, an ATIF trajectory{by and f' of {by}'}."
    texts = [f"{first} {_OUT_OF_OURS if ours.data else _LACKS}", *_more(whole, ours)]
    told = Trajectory(whole).told(tuple(ToldNotice(text=text) for text in texts))
    run = replace(told, origin=f"Imported from {path.name}.")
    name = ours.text("name") or ("" if run.question else path.stem)
    yield ImportedRun(run=None, events=events_of(run, path.stat().st_mtime), name=name, tags=ours.texts("tags"))


def read_atif_lines(path: Path, lines: Iterator[Fields | CutOff]) -> Iterator[ImportedRun]:
    """Give the runs of a file with a trajectory on each line; raises `BadImport`."""
    for line in lines:
        if isinstance(line, CutOff):
            raise BadImport(f"{line.place} is cut off. Take it out, or let the program write the file again.")
        if not is_atif(line):
            raise BadImport(f"{line.place} is no trajectory as those before it. Take it out.")
        yield from read_atif(path, line)


def _more(whole: Fields, ours: Fields) -> Iterator[str]:
    yield from ours.texts("left_out")
    if whole.text("notes") and not ours.data:
        yield f"Its notes say: {whole.text('notes')}"
    if whole.text("continued_trajectory_ref"):
        yield f"It goes on in another file, which is not imported with it: {whole.text('continued_trajectory_ref')}"
