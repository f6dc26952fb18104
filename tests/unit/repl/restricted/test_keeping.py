"""A session in a file."""

from rlm_desktop.repl.restricted.keeping import Kept, read, write


def test_what_is_written_is_read_again(tmp_path):
    kept = Kept(dump=b"\x00\n\xff", feeds=7, blocks={"<python-input-3>": "<block 1>"}, fingerprints={"x": "00"})
    write(kept, tmp_path / "snapshot.json")

    assert read(tmp_path / "snapshot.json") == kept
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]


def test_nothing_is_read_where_nothing_was_written(tmp_path):
    assert read(tmp_path / "snapshot.json") is None
