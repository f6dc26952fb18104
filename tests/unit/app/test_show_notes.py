"""What readers wrote goes along when a run is shown."""

from pathlib import Path

import pytest

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.notes import Notes
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NoteFields

RUN = RunId("20251009-085320-000-aaaaaa")


@pytest.fixture
def noted(stored: Path, rlm) -> NodeId:
    """Write on the first call of a worker."""
    nodes = rlm("show", RUN, "--json").value["nodes"]
    call = next(node["id"] for node in nodes if node.get("role") == "worker")
    database = Database.open(stored / FILE_NAME)
    fields = NoteFields(text="first\nsecond \x1b[31m", is_pinned=True, score=0, labels=("odd",))
    Notes(database, clock=lambda: 5.0).change(RUN, call, fields)
    database.close()
    return NodeId(call)


def test_programs_get_the_notes_of_each_node(rlm, noted: NodeId) -> None:
    nodes = {node["id"]: node for node in rlm("show", RUN, "--json").value["nodes"]}

    assert nodes[noted]["notes"] == {
        "text": "first\nsecond \x1b[31m",
        "pinned": True,
        "score": 0,
        "labels": ["odd"],
        "changed": 5.0,
    }
    assert {node["notes"] is None for node in nodes.values() if node["id"] != noted} == {True}


def test_readers_get_them_below_the_tree(rlm, noted: NodeId) -> None:
    text = rlm("show", RUN).out

    assert "\nNotes and pins\n  turn 3 › step 1 › call 1  [pinned; score 0 of 5; odd]\n    first\n    second" in text
    assert "\x1b" not in text


def test_a_run_without_notes_says_nothing_of_them(rlm, stored: Path) -> None:
    assert "Notes" not in rlm("show", RUN).out
