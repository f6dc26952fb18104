"""A file is there whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from rlm_desktop.export.errors import CannotWrite
from rlm_desktop.export.writing import replacing


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "answer.md"

    with replacing(path) as file:
        file.write(b"whole")
        assert not path.exists()

    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_an_earlier_file_stays_when_writing_fails(tmp_path):
    path = tmp_path / "answer.md"
    path.write_bytes(b"earlier")

    with pytest.raises(ValueError, match="no"):
        fail_half_way(path)

    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def fail_half_way(path):
    with replacing(path) as file:
        file.write(b"half")
        raise ValueError("no")


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_left(tmp_path):
    path = tmp_path / "answer.md"

    with pytest.raises(CannotWrite, match="no room left"), replacing(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "said"),
    [(".", "is a folder"), ("none/answer.md", "there is no folder"), ("n" * 300, "name is too long")],
)
def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path, place, said):
    with pytest.raises(CannotWrite, match=said), replacing(tmp_path / place) as file:
        file.write(b"")

    assert list(tmp_path.iterdir()) == []


def test_a_full_device_is_said_in_a_sentence():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")

    with pytest.raises(CannotWrite), replacing(Path("/dev/full/answer.md")) as file:
        file.write(b"")


def test_the_file_has_the_rights_of_any_new_file(tmp_path):
    plain, path = tmp_path / "plain", tmp_path / "answer.md"
    plain.touch()

    with replacing(path) as file:
        file.write(b"whole")

    assert path.stat().st_mode == plain.stat().st_mode
