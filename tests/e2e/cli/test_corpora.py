"""Named corpora and reading, with the real command in real processes."""

import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.support.command_line import CommandLine
from tests.support.lm_server import LmServer

BUILT_IN = ["--root", "builtin/extractive", "--worker", "builtin/extractive"]
LOOK = """```repl
print(context)
answer["content"] = context
answer["ready"] = True
```"""


@pytest.fixture
def server() -> Iterator[LmServer]:
    """A root that answers with all it was given."""
    with LmServer(lambda body: LOOK) as server:
        yield server


def models(server: LmServer) -> list[str]:
    return ["--root", "root-model", "--worker", "worker-model", "--base-url", server.base_url, "--strategy", "rlm"]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for year in (1981, 1984):
        (folder / f"{year}.txt").write_text(f"The harbour of Ardvik raised its dues in {year}.\n")
    return folder


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        place = folder / f"{number % 20}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.txt").write_text(f"Item {number} was bought in {1900 + number % 100}.\n" * 5)
    return folder


def documents_kept(rlm: CommandLine) -> int:
    """Count the documents that the store has."""
    catalogue = rlm.data_dir / "corpus" / "catalogue.sqlite3"
    if not catalogue.exists():
        return 0
    with closing(sqlite3.connect(catalogue, timeout=30)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM extracts").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_corpus_is_added_listed_asked_about_and_removed(rlm: CommandLine, letters: Path, server: LmServer) -> None:
    added = rlm("corpus", "add", "Harbour", letters, "--json").value
    listed = rlm("corpus", "list", "--json").value
    shown = rlm("corpus", "show", "Harbour", "--json").value
    asked = rlm("ask", "When?", "--corpus", "Harbour", *models(server), "--json").value
    removed = rlm("corpus", "remove", "Harbour")
    left = rlm("corpus", "list", "--json").value

    assert (added["name"], added["documents"], added["paths"]) == ("Harbour", 2, [str(letters)])
    assert [(one["name"], one["documents"], one["characters"]) for one in listed] == [
        ("Harbour", 2, added["characters"])
    ]
    assert [one["name"] for one in shown["listed"]] == ["1981.txt", "1984.txt"]
    assert asked["documents"]["read"] == 2
    assert "1981" in asked["answer"]
    assert "1984" in asked["answer"]
    assert (removed.status, "stay where they are" in removed.out) == (0, True)
    assert left == []
    assert all(file.exists() for file in letters.iterdir())


def test_a_changed_file_is_seen_by_the_next_run_and_the_old_run_still_shows_what_it_saw(
    rlm: CommandLine, letters: Path, server: LmServer
) -> None:
    rlm("corpus", "add", "Harbour", letters)
    first = rlm("ask", "When?", "--corpus", "Harbour", *models(server), "--json").value
    (letters / "1984.txt").write_text("The harbour of Ardvik closed in 1999.\n")

    second = rlm("ask", "When?", "--corpus", "Harbour", *models(server), "--json").value

    shown = rlm("show", first["run_id"], "--json").out
    assert "closed in 1999" in second["answer"]
    assert "dues in 1984" in first["answer"]
    assert "dues in 1984" in shown
    assert "closed in 1999" not in shown


def test_versions_that_nothing_needs_are_freed_once_a_day_after_the_answer(
    rlm: CommandLine, letters: Path, server: LmServer
) -> None:
    versions = rlm.data_dir / "corpus" / "versions"
    rlm("ask", "When?", letters, *models(server))
    (letters / "1984.txt").write_text("The harbour of Ardvik closed in 1999.\n")
    rlm("corpus", "add", "Harbour", letters)
    (letters / "1984.txt").write_text("It opened again.\n")
    rlm("corpus", "add", "Harbour", letters)
    before = len(list(versions.iterdir()))
    # Two days pass.
    with closing(sqlite3.connect(rlm.data_dir / "corpus" / "catalogue.sqlite3")) as connection, connection:
        connection.execute("UPDATE versions SET used_at = used_at - 172800")
    os.utime(rlm.data_dir / "corpus" / "tidied", (0, 0))

    told = rlm("ask", "When?", "--corpus", "Harbour", *models(server))

    assert before == 3
    assert (told.status, len(list(versions.iterdir()))) == (0, 2)


def test_adding_to_a_known_name_adds_paths(rlm: CommandLine, letters: Path, letter: Path) -> None:
    rlm("corpus", "add", "Harbour", letters)

    added = rlm("corpus", "add", "Harbour", letter, "--json").value

    assert added["paths"] == [str(letters), str(letter)]
    assert added["documents"] == 3


def test_the_data_folder_may_be_named_before_the_command_and_after_the_verb(
    rlm: CommandLine, letters: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    rlm("--data-dir", other, "corpus", "add", "Harbour", letters)

    before = rlm("--data-dir", other, "corpus", "list", "--json").value
    after = rlm("corpus", "list", "--json", "--data-dir", other).value

    assert [one["name"] for one in before] == ["Harbour"]
    assert after == before
    assert rlm("corpus", "list", "--json").value == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ask", "When?", "--corpus", "Nothing", *BUILT_IN], "There is no corpus called Nothing."),
        (["corpus", "show", "Nothing"], "There is no corpus called Nothing."),
        (["corpus", "remove", "Nothing"], "There is no corpus called Nothing."),
        (["corpus", "add", "Harbour", "/no/such/folder"], "There is no file or folder /no/such/folder."),
        (["corpus", "add", "  ", "/"], "a name needs letters"),
        (["corpus", "add", "Harbour"], "PATH"),
        (["corpus"], "Say what to do"),
        (["corpus", "paint"], "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(rlm: CommandLine, words: list[str], sentence: str) -> None:
    said = rlm(*words)

    assert said.status == 2
    assert len(said.lines) == 1
    assert sentence in said.err
    assert said.out == ""


def test_two_thousand_files_are_read_once(rlm: CommandLine, tmp_path: Path, server: LmServer) -> None:
    folder = many(tmp_path / "many", 2_000)

    added = rlm("corpus", "add", "Items", folder)
    told = rlm("ask", "How many?", folder, *models(server), "--json")

    assert added.status == 0
    assert "2,000 files" in added.err
    assert added.out.startswith("Items: 2,000 documents")
    assert told.value["documents"]["read"] == 2_000
    assert told.value["documents"]["skipped_count"] == 0
    assert "of them read before" not in told.err


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_reading_that_was_ended_midway_goes_on_where_it_was(
    rlm: CommandLine, tmp_path: Path, sent: signal.Signals
) -> None:
    folder = many(tmp_path / "many", 3_000)
    process = rlm.start("corpus", "add", "Items", folder)
    while not documents_kept(rlm) > 50:
        assert process.poll() is None
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(sent)
    said = rlm.end(process)
    psutil.wait_procs(family, timeout=20)
    kept = documents_kept(rlm)

    again = rlm("corpus", "add", "Items", folder, "--json")

    assert said.status == (-9 if sent == signal.SIGKILL else 130)
    assert kept > 50
    assert not any(child.is_running() for child in family)
    assert again.value["documents"] == 3_000
    if sent != signal.SIGKILL:
        assert "goes on from there" in said.err


def test_ctrl_c_while_ask_reads_is_130_and_what_was_read_is_kept(
    rlm: CommandLine, tmp_path: Path, server: LmServer
) -> None:
    folder = many(tmp_path / "many", 3_000)
    process = rlm.start("ask", "How many?", folder, *models(server))
    while not documents_kept(rlm) > 50:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = rlm.end(process)

    assert said.status == 130
    assert "What was read is kept" in said.err
    assert rlm("runs", "--json").value == []
    assert documents_kept(rlm) > 50


def test_two_questions_at_once_on_one_data_folder_both_get_everything(
    rlm: CommandLine, tmp_path: Path, server: LmServer
) -> None:
    folder = many(tmp_path / "many", 400)
    processes = [rlm.start("ask", "How many?", folder, *models(server), "--json") for _ in range(2)]

    told = [rlm.end(process) for process in processes]

    assert [one.status for one in told] == [0, 0]
    assert [one.value["documents"]["read"] for one in told] == [400, 400]
    assert len(rlm("runs", "--json").value) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_what_may_not_be_read_is_told_and_the_rest_is_read(rlm: CommandLine, letters: Path, server: LmServer) -> None:
    (letters / "closed").mkdir(mode=0)
    (letters / "secret.txt").write_text("The dues are secret.\n")
    (letters / "secret.txt").chmod(0)

    told = rlm("ask", "When?", letters, *models(server), "--json").value

    skipped = {Path(one["path"]).name: one["reason"] for one in told["documents"]["skipped"]}
    assert told["documents"]["read"] == 2
    assert skipped == {"closed": "no permission to read it", "secret.txt": "no permission to read it"}


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="no other process can be limited here")
def test_a_full_disk_is_told_in_a_sentence_and_the_next_try_goes_on(rlm: CommandLine, tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 300)
    rlm("corpus", "add", "Items", folder)
    (folder / "large.txt").write_text("The harbour raised its dues.\n" * 200_000)
    process = rlm.start("corpus", "add", "Items", folder)
    # Files cannot grow beyond this, as on a disk that is full.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))

    said = rlm.end(process)
    kept = documents_kept(rlm)
    again = rlm("corpus", "add", "Items", folder, "--json")

    assert said.status == 2
    assert "There is no room in" in said.lines[-1]
    assert "Traceback" not in said.err
    assert kept == 300
    assert again.value["documents"] == 301


def test_a_damaged_catalogue_is_set_aside_and_the_documents_are_read_anew(
    rlm: CommandLine, letters: Path, server: LmServer
) -> None:
    rlm("corpus", "add", "Harbour", letters)
    (rlm.data_dir / "corpus" / "catalogue.sqlite3").write_bytes(b"this is no catalogue" * 1_000)

    told = rlm("ask", "When?", letters, *models(server), "--json")

    assert told.status == 0
    assert "was damaged" in told.lines[0]
    assert told.value["documents"]["read"] == 2


def test_a_store_of_a_newer_version_is_refused_in_one_line_and_kept(rlm: CommandLine, letters: Path) -> None:
    rlm("corpus", "add", "Harbour", letters)
    catalogue = rlm.data_dir / "corpus" / "catalogue.sqlite3"
    with closing(sqlite3.connect(catalogue)) as connection:
        connection.execute("PRAGMA user_version = 99")

    said = rlm("ask", "When?", letters, *BUILT_IN)

    assert said.status == 2
    assert len(said.lines) == 1
    assert "newer RLM Desktop" in said.err
    with closing(sqlite3.connect(catalogue)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


def test_a_path_that_has_vanished_from_a_corpus_is_told_and_the_rest_is_asked(
    rlm: CommandLine, letters: Path, letter: Path, server: LmServer
) -> None:
    rlm("corpus", "add", "Harbour", letters, letter)
    letter.unlink()

    told = rlm("ask", "When?", "--corpus", "Harbour", *models(server), "--json")

    assert told.status == 0
    assert told.value["documents"]["read"] == 2
    assert told.value["documents"]["skipped"] == [{"path": str(letter), "reason": "there is no such file or folder"}]
