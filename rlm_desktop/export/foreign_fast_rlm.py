"""Reads the logs of fast-rlm: a line each event, each with the id of its agent and of the agent that called it.

An agent writes a line when its code has run, so those of the agents below it come first: all are read before any is
told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_fast_rlm_agents import Agent, told_agent
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_lines import CutOff
from rlm_desktop.export.foreign_telling import events_of
from rlm_desktop.export.foreign_told import MOST_DEEP, ToldNotice
from rlm_desktop.export.imported import ImportedRun

_LACKS = (
    "Such a log does not hold: the names of the models, prompts, replies beside code and reasoning, variables, and the "
    "whole context. Printed output was shortened when it was logged."
)


def is_fast_rlm_line(line: Fields) -> bool:
    """Tell whether a file that begins with this line is such a log."""
    return isinstance(line.data.get("event_type"), str) and isinstance(line.data.get("run_id"), str)


def read_fast_rlm(path: Path, lines: Iterator[Fields | CutOff]) -> Iterator[ImportedRun]:
    """Give the runs of a log, one for each agent that no other agent of the file called; raises `BadImport`."""
    agents: dict[str, Agent] = {}
    notices = [ToldNotice(text=f"This run was imported from {path.name}, a log of fast-rlm. {_LACKS}")]
    for number, line in enumerate(lines):
        if isinstance(line, CutOff):
            text = f"{line.place} is cut off: the run was imported as far as it goes."
            notices.append(ToldNotice(text=text, level="warning"))
        elif line.text("run_id"):
            agents.setdefault(line.text("run_id"), Agent(line.text("run_id"))).take(number, line)
    began = path.stat().st_mtime
    for root in _roots(agents, path):
        run = replace(told_agent(root, tuple(notices)), origin=f"Imported from {path.name}.")
        yield ImportedRun(run=None, events=events_of(run, began), name="" if run.question else path.stem)


def _roots(agents: Mapping[str, Agent], path: Path) -> list[Agent]:
    """Hang each agent below the one that called it and give those that are left; raises `BadImport` for circles."""
    roots: list[Agent] = []
    for agent in agents.values():
        above = agents.get(agent.parent)
        (roots if above is None else above.children).append(agent)
    level, reached = roots, len(roots)
    for _ in range(MOST_DEEP):
        level = [child for agent in level for child in agent.children]
        reached += len(level)
    if reached < len(agents):
        raise BadImport(
            f"{path.name} cannot be imported: its agents call one another in a circle, or more than {MOST_DEEP} deep. "
            "Let the program that wrote the file write it again."
        )
    return roots
