import os
from pathlib import Path

import pytest

from rlm_desktop.corpus.gathering import Gathered, gather
from rlm_desktop.corpus.places import place_given


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")


def names(gathered: Gathered) -> list[str]:
    return [file.name for file in gathered.files]


def test_folders_are_searched_to_the_bottom_in_the_order_people_expect(tmp_path: Path):
    fill(tmp_path, "report 10.txt", "report 9.txt", "B.txt", "a/deep/er.txt", "c.txt")

    assert names(gather([tmp_path])) == ["a/deep/er.txt", "B.txt", "c.txt", "report 9.txt", "report 10.txt"]


def test_hidden_files_are_left_out_unless_given_by_themselves(tmp_path: Path):
    fill(tmp_path, ".hidden.txt", ".git/config", "seen.txt")

    assert names(gather([tmp_path])) == ["seen.txt"]
    assert names(gather([tmp_path / ".hidden.txt"])) == [".hidden.txt"]


def test_gitignore_rules_hold_below_their_folder_and_the_nearest_decide(tmp_path: Path):
    fill(tmp_path, "build/out.txt", "a.log", "keep/b.log", "keep/c.tmp", "d.txt")
    (tmp_path / ".gitignore").write_text("build/\n*.log\n# words\n*.tmp\n")
    (tmp_path / "keep" / ".gitignore").write_text("!b.log\n")

    gathered = gather([tmp_path])

    assert names(gathered) == ["d.txt", "keep/b.log"]
    assert [(one.path, one.reason) for one in gathered.skipped] == [
        (str(tmp_path / ".gitignore"), "its rules leave out 3 files or folders")
    ]


def test_a_file_given_twice_is_read_once(tmp_path: Path):
    fill(tmp_path, "a.txt", "b.txt")

    assert names(gather([tmp_path / "a.txt", tmp_path, tmp_path / "." / "a.txt"])) == ["a.txt", "b.txt"]


def test_equal_names_from_two_folders_are_told_apart(tmp_path: Path):
    fill(tmp_path, "one/same.txt", "two/same.txt", "two/other.txt", "x/two/same.txt")

    gathered = gather([tmp_path / "one", tmp_path / "two", tmp_path / "x" / "two"])

    assert names(gathered) == ["one/same.txt", "other.txt", "two/same.txt", "two/same.txt (2)"]


def test_equal_file_names_given_by_themselves_are_told_apart(tmp_path: Path):
    fill(tmp_path, "one/same.txt", "two/same.txt")

    assert names(gather([tmp_path / "one/same.txt", tmp_path / "two/same.txt"])) == ["one/same.txt", "two/same.txt"]


def test_links_are_not_followed_out_of_a_folder(tmp_path: Path):
    fill(tmp_path, "in/a.txt", "out/secret.txt")
    inside = tmp_path / "in"
    (inside / "file-out").symlink_to(tmp_path / "out/secret.txt")
    (inside / "folder-out").symlink_to(tmp_path / "out")
    (inside / "loop").symlink_to(inside)
    (inside / "twin").symlink_to(inside / "a.txt")
    (inside / "broken").symlink_to(inside / "gone")

    gathered = gather([inside])

    assert names(gathered) == ["a.txt"]
    reasons = {Path(one.path).name: one.reason for one in gathered.skipped}
    assert set(reasons) == {"file-out", "folder-out", "broken"}
    assert "leads out of the folder" in reasons["folder-out"]
    assert reasons["broken"] == "a link to something that is not there"


def test_a_link_given_by_itself_is_followed(tmp_path: Path):
    fill(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert names(gather([tmp_path / "link"])) == ["a.txt"]


def test_what_is_missing_empty_or_no_file_is_named_with_its_reason(tmp_path: Path):
    (tmp_path / "empty.txt").touch()
    os.mkfifo(tmp_path / "pipe")

    gathered = gather([tmp_path / "gone.txt", tmp_path])

    assert names(gathered) == []
    assert [(Path(one.path).name, one.reason) for one in gathered.skipped] == [
        ("gone.txt", "there is no such file or folder"),
        ("empty.txt", "empty"),
        ("pipe", "neither a file nor a folder"),
    ]


def test_a_folder_that_may_not_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Tests may run as root, to whom every folder opens.
    fill(tmp_path, "closed/a.txt", "open.txt")
    real = os.scandir

    def scandir(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr("rlm_desktop.corpus.gathering.os.scandir", scandir)

    gathered = gather([tmp_path])

    assert names(gathered) == ["open.txt"]
    assert gathered.skipped[0].reason == "no permission to read it"


def test_a_name_of_odd_bytes_can_be_shown_and_stored(tmp_path: Path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\nname.txt")
    Path(path).write_text("x")

    found = gather([tmp_path]).files[0]

    assert found.name == "bad\ufffd\ufffdname.txt"
    assert Path(found.path).read_text() == "x"


def test_an_impossible_path_is_named_with_its_reason():
    assert gather([Path("a\0b")]).skipped[0].reason == "not a possible path"


def test_rules_that_are_no_file_keep_nobody_waiting(tmp_path: Path):
    fill(tmp_path, "a.txt")
    os.mkfifo(tmp_path / ".gitignore")

    assert names(gather([tmp_path])) == ["a.txt"]


def test_a_mail_folder_keeps_its_subfolders_whose_names_begin_with_a_dot(tmp_path: Path):
    fill(tmp_path, "mail/cur/1:2,S", "mail/new/2", "mail/.Sent/cur/3:2,S", "mail/.Sent/new/4", "mail/.hidden/x")

    assert names(gather([tmp_path])) == [
        "mail/.Sent/cur/3:2,S",
        "mail/.Sent/new/4",
        "mail/cur/1:2,S",
        "mail/new/2",
    ]


@pytest.mark.parametrize("form", ["file://{}", "file://localhost{}", "file:{}", "FILE://{}"])
def test_a_url_of_a_file_on_this_computer_is_a_path(tmp_path: Path, form: str):
    fill(tmp_path, "a b.txt")
    url = form.format(tmp_path / "a%20b.txt")

    assert place_given(url) == tmp_path / "a b.txt"
    assert names(gather([place_given(url)])) == ["a b.txt"]
