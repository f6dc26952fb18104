"""speedscope's own importer takes the timelines, without a warning, and finds every part in its lane at its time."""

import json
import subprocess
from collections import defaultdict

import pytest

from tests.support.exported import LEAVING, leaving, written
from tests.support.foreign_readers import SCRIPTS, speedscope_folder


@pytest.mark.parametrize("name", LEAVING)
def test_speedscope_finds_every_part_at_its_time_and_complains_of_nothing(name, tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(written("chrome", leaving(name)))
    events = json.loads(path.read_text())["traceEvents"]
    command = ["node", str(SCRIPTS / "speedscope.js"), str(speedscope_folder()), str(path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["warnings"] == []
    assert sorted(lane_of(profile) for profile in read["profiles"]) == sorted({event["tid"] for event in events} - {0})
    assert found_in(read["profiles"]) == given_in(events)


def lane_of(profile: dict) -> int:
    return int(profile["name"].rpartition("(tid ")[2].rstrip(")"))


def found_in(profiles: list[dict]) -> dict[int, list]:
    """Give each lane's parts by name and time. speedscope counts a lane's time from where its first part begins."""
    return {
        lane_of(profile): sorted([name.partition(" {")[0], end - begin] for name, _, begin, end in profile["frames"])
        for profile in profiles
    }


def given_in(events: list[dict]) -> dict[int, list]:
    lanes = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            lanes[event["tid"]].append([event["name"].partition(" {")[0], event["dur"]])
    return {lane: sorted(parts) for lane, parts in lanes.items()}
