"""Whatever a file holds, it becomes runs that the journal takes, or one clear sentence."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlm_desktop.codec.events import decode, encode
from rlm_desktop.export import importing
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.export.importing import read_runs
from rlm_desktop.trace.events import Entry, TextKept
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.tree import Trace
from tests.support.foreign import exported, json_lines
from tests.support.foreign_samples import OFFICIAL, atif_trajectory, fast_rlm_lines
from tests.support.kinds_of_runs import KINDS

SAMPLES = {
    **{log.stem: log.read_bytes() for log in OFFICIAL},
    "fast-rlm": json_lines(*fast_rlm_lines()),
    "atif": json.dumps(atif_trajectory()).encode(),
    "our-jsonl": exported("rlm-jsonl", KINDS["deep"]()),
    "our-atif": exported("atif", KINDS["deep"]()),
}
HOSTILE = st.sampled_from(
    (
        *(None, True, False, 0, -1, -0.0, 1e308, float("nan"), float("inf"), 10**40, 2**63),
        *("", "x", "2026", "\ud800\x00", "m" * 3_000),
        *([], {}, [[]], [None], [{}], {"a": 1}, [{"prompt": 1}], {"iterations": [{}]}),
    )
)


def check(path) -> None:
    """Read a file to its end as the journal would."""
    for run in read_runs(path):
        trace, known, last = Trace(), set(), 0.0
        for number, (at, event) in enumerate(run.events, 1):
            assert at >= last
            last = at
            if isinstance(event, TextKept):
                known.add(event.digest)
                continue
            assert known.issuperset(texts_of(event))
            assert decode(event.kind, encode(event)) == event
            trace.commit(trace.next_change(Entry(number, at, event)))
        assert trace.root is not None
        assert not trace.root.is_open
        assert not trace.orphans
        assert all(node.totals.in_flight == 0 for node in trace.walk())


def survive(path, written: bytes) -> None:
    path.write_bytes(written)
    refused = refusal(path)
    assert refused is None or (refused.endswith(".") and len(refused) < 1_000)


def refusal(path) -> str | None:
    try:
        check(path)
    except BadImport as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_taken_as_it_is(name, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(SAMPLES[name])

    check(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_log_with_any_value_in_any_place_is_taken_or_refused(data, tmp_path):
    written = SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))]
    lines = [json.loads(line) for line in written.splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        alter(data, lines)

    survive(tmp_path / "run.jsonl", json_lines(*lines))


def alter(data, lines) -> None:
    """Put a hostile value somewhere, take something out, or put it elsewhere."""
    holder, key = lines, data.draw(st.integers(0, len(lines) - 1))
    while isinstance(holder[key], dict | list) and holder[key] and data.draw(st.integers(0, 5)):
        holder = holder[key]
        keys = sorted(holder) if isinstance(holder, dict) else range(len(holder))
        key = data.draw(st.sampled_from(keys))
    holder[key] = deepcopy(data.draw(HOSTILE | st.sampled_from(lines)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_log_with_any_bytes_in_any_place_is_taken_or_refused(data, tmp_path):
    written = SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))]
    start = data.draw(st.integers(0, len(written)))
    end = start + data.draw(st.integers(0, 200))

    survive(tmp_path / "run.jsonl", written[:start] + data.draw(st.binary(max_size=20)) + written[end:])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.binary(max_size=200) | st.recursive(HOSTILE, st.lists).map(json_lines))
def test_a_file_that_is_no_log_is_refused(written, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(written)

    with pytest.raises(BadImport):
        check(path)


NOT_LOGS = [
    b"",
    b"\n \n",
    b"hello",
    b"{}",
    b'{"type": "x"}\n',
    b"[]",
    b'{"schema_version": "ATIF-v1.7"}',
    b"\x89PNG\r\n",
]


@pytest.mark.parametrize("written", NOT_LOGS)
def test_a_file_that_is_nothing_known_is_told_what_can_be_imported(written, tmp_path):
    path = tmp_path / "thing.json"
    path.write_bytes(written)

    with pytest.raises(
        BadImport, match=r"thing\.json holds no run that is known here\. What can be imported: traces of"
    ):
        list(read_runs(path))


@pytest.mark.parametrize("depth", [*range(300, 1_000, 50), 100_000])
def test_a_maze_of_lists_is_taken_or_refused(depth, tmp_path):
    maze = "[" * depth + "]" * depth
    head = '{"type": "iteration", "iteration": 1, "response": "", "code_blocks": [], "prompt": '

    survive(tmp_path / "run.jsonl", f'{head}{maze}, "final_answer": {maze}}}\n'.encode())
    survive(tmp_path / "run.jsonl", f"{head}{maze}}}\n".encode())


def test_a_value_that_can_be_read_but_not_written_again_is_refused(tmp_path, monkeypatch):
    def endless():
        yield from endless()

    monkeypatch.setattr(importing, "_READERS", ((bool, lambda *_: [ImportedRun(run=None, events=endless())]),))
    (tmp_path / "run.jsonl").write_bytes(b"{}\n")

    with pytest.raises(BadImport, match=r"run\.jsonl cannot be imported: a value in it is nested too deep"):
        check(tmp_path / "run.jsonl")


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "gone.jsonl", tmp_path):
        with pytest.raises(BadImport, match=r"cannot be read: .*Name a file that is there"):
            list(read_runs(path))
