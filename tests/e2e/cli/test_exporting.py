"""Runs leave as files and come in from files, with the real command in real processes."""

import random
import resource
import signal
from pathlib import Path

import pytest

from rlm_desktop.export.formats import FORMATS
from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.trace.events import RunFinished
from rlm_desktop.trace.ids import RunId
from tests.support.command_line import CommandLine, Said
from tests.support.kinds_of_runs import answered
from tests.support.lm_server import LmServer
from tests.support.recorded import record
from tests.support.run_writer import RunWriter
from tests.support.sample_runs import wide_run

LOOK = """```repl
print(context[:100])
answer["content"] = "They were raised: \\"raised its dues in 1981\\"."
answer["ready"] = True
```"""


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for year in (1981, 1984):
        (folder / f"{year}.txt").write_text(f"The harbour of Ardvik raised its dues in {year}.\n")
    return folder


@pytest.fixture
def asked(rlm: CommandLine, letters: Path) -> CommandLine:
    with LmServer(lambda body: LOOK) as server:
        words = ["--root", "r", "--worker", "w", "--base-url", server.base_url, "--strategy", "rlm", "--quiet"]
        assert rlm("ask", "When?", letters, *words).status == 0
    return rlm


def exported(rlm: CommandLine, path: Path, *more: str, chosen: str = "rlmtrace") -> Said:
    return rlm("export", "last", "--format", chosen, "-o", path, *more)


def test_a_run_goes_to_another_computer_and_back_unchanged(asked, letters, tmp_path):
    first, second = tmp_path / "first.rlmtrace", tmp_path / "second.rlmtrace"
    elsewhere = CommandLine(tmp_path / "elsewhere")
    assert exported(asked, first).status == 0
    for letter in letters.iterdir():
        letter.unlink()

    imported = elsewhere("import", first)

    assert imported.status == 0
    assert imported.out.strip() == asked("runs", "--json").value[0]["run_id"]
    assert exported(elsewhere, second).status == 0
    assert second.read_bytes() == first.read_bytes()
    mine, theirs = asked("show", "last", "--json").value, elsewhere("show", "last", "--json").value
    assert theirs == mine


def test_an_imported_run_can_be_asked_on_about_its_documents(asked, tmp_path):
    elsewhere = CommandLine(tmp_path / "elsewhere")
    exported(asked, tmp_path / "run.rlmtrace")

    elsewhere("import", tmp_path / "run.rlmtrace")

    versions = list((tmp_path / "elsewhere" / "corpus" / "versions").iterdir())
    assert "raised its dues in 1984" in (versions[0] / "text").read_text()


def test_importing_the_same_run_again_says_that_it_is_there(asked, tmp_path):
    exported(asked, tmp_path / "run.rlmtrace")

    again = asked("import", tmp_path / "run.rlmtrace")

    assert again.status == 0
    assert "in the history already" in again.err
    assert len(asked("runs", "--json").value) == 1


def test_a_large_run_has_its_skeleton_as_soon_as_it_is_imported(rlm, tmp_path):
    entries, texts = wide_run(2_200)
    record(rlm.data_dir, "wide", entries, texts)
    exported(rlm, tmp_path / "wide.rlmtrace")
    elsewhere = CommandLine(tmp_path / "elsewhere")

    assert elsewhere("import", tmp_path / "wide.rlmtrace").out.strip() == "wide"

    assert skeleton_path(elsewhere.data_dir, RunId("wide")).exists()


def test_without_documents_the_file_says_so(asked, tmp_path):
    said = exported(asked, tmp_path / "run.rlmtrace", "--no-documents")

    assert "The documents were left out." in said.err
    elsewhere = CommandLine(tmp_path / "elsewhere")
    assert elsewhere("import", tmp_path / "run.rlmtrace").status == 0
    assert elsewhere("show", "last").status == 0


def test_a_key_that_is_in_use_here_does_not_leave(rlm, tmp_path):
    key = "sk-harbour-1234567890"
    given = answered()
    texts = {digest: text.replace("tonnage", key) for digest, text in given.texts.items()}
    record(rlm.data_dir, given.run, given.given, texts)

    said = rlm("export", "last", "--format", "rlmtrace", "-o", tmp_path / "run.rlmtrace", OPENAI_API_KEY=key)

    assert said.status == 0
    assert "[key]" in said.err
    elsewhere = CommandLine(tmp_path / "elsewhere")
    elsewhere("import", tmp_path / "run.rlmtrace")
    shown = elsewhere("show", "last", "--json").out
    assert key not in shown
    assert "[key]" in shown


@pytest.mark.parametrize("chosen", [one.name for one in FORMATS if one.only_words])
def test_an_answer_cannot_be_redacted(asked, tmp_path, chosen):
    said = exported(asked, tmp_path / "answer", "--redact", chosen=chosen)

    assert (said.status, len(said.lines)) == (2, 1)
    assert "Redact a trace instead" in said.err
    assert not (tmp_path / "answer").exists()


def test_a_format_that_there_is_not_names_those_there_are(asked, tmp_path):
    said = exported(asked, tmp_path / "x", chosen="xml")

    assert (said.status, len(said.lines)) == (2, 1)
    assert "rlmtrace" in said.err


def test_a_run_that_there_is_not_is_said_in_one_line(rlm, tmp_path):
    said = exported(rlm, tmp_path / "x")

    assert (said.status, len(said.lines)) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"\x00" * 1000])
def test_a_file_that_is_no_trace_is_said_in_one_line(rlm, tmp_path, content):
    (tmp_path / "bad.rlmtrace").write_bytes(content)

    said = rlm("import", tmp_path / "bad.rlmtrace")

    assert (said.status, len(said.lines)) == (2, 1)
    assert "bad.rlmtrace" in said.err
    assert rlm("runs", "--json").value == []


def test_a_full_disk_leaves_the_earlier_file_as_it_was(rlm, tmp_path):
    writer = RunWriter()
    run, end = writer.run(0.0, f"What is {random.Random(1).randbytes(400_000).hex()}?", [])
    writer.add(end, RunFinished(run=run, status="failed", seconds=1.0))
    record(rlm.data_dir, "a-run", writer.entries(), writer.texts)
    path = tmp_path / "run.rlmtrace"
    path.write_bytes(b"earlier")
    own = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, own[1]))
    try:
        process = rlm.start("export", "last", "--format", "rlmtrace", "-o", path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, own)

    said = rlm.end(process)

    assert said.status == 2
    assert "no room left" in said.err
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.glob(".*.part")) == []
