"""A run as `.rlmtrace`: nothing is lost, nothing is believed."""

import io
import json
import random
from pathlib import Path
from zipfile import ZipFile

import pytest

from rlm_desktop.corpus.documents import Document, Mark
from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.corpus.store.manifest import Member, written
from rlm_desktop.export import rlmtrace_writing
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.recorded import LOST, trace_of
from rlm_desktop.export.redaction import redacted
from rlm_desktop.export.rlmtrace_reading import opened_trace
from rlm_desktop.trace.events import TextKept
from rlm_desktop.trace.references import texts_of
from tests.support.kinds_of_runs import KINDS, GivenRun, answered
from tests.support.stored import _facts


def written_to(path: Path, run) -> Path:
    with path.open("wb") as file:
        rlmtrace_writing.write(run, file)
    return path


def read_back(path: Path) -> GivenRun:
    with opened_trace(path) as trace:
        run = trace.run()
        events = list(run.events)
        documents = tuple(Carried(member, tuple(utf8)) for member, utf8 in trace.documents())
    texts = {event.digest: event.text for _, event in events if isinstance(event, TextKept)}
    told = [(at, event) for at, event in events if not isinstance(event, TextKept)]
    entries = [type(answered().given[0])(seq, at, event) for seq, (at, event) in enumerate(told, 1)]
    return GivenRun(
        run=run.run, given=entries, texts=texts, name=run.name, tags=run.tags, notes=run.notes, read=documents
    )


def document(name: str, text: str) -> Carried:
    marks = (Mark(start=0, label="p. 1", kind="page"),) if text else ()
    made = Document(name=name, path=f"/papers/{name}", kind="pdf", text=text, size_bytes=9, marks=marks)
    return Carried(Member(name, made.path, len(text.encode()), written(_facts(made))), (text.encode(),))


DOCUMENTS = (document("a.pdf", "Ämne ett " * 1000), document("empty.txt", ""), document("ö\udcff.txt", "港务长"))


@pytest.mark.parametrize("change", [lambda run: run, redacted], ids=["whole", "redacted"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_comes_back_as_it_was(tmp_path, kind, change):
    run = change(KINDS[kind]())

    back = read_back(written_to(tmp_path / "run.rlmtrace", run))

    assert list(back.entries()) == list(run.entries())
    assert (back.run, back.name, back.notes) == (run.run, run.name, dict(run.notes))
    assert set(back.tags) == set(run.tags)
    for entry in run.entries():
        for digest in texts_of(entry.event):
            assert back.text(digest) == run.text(digest)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_run_always_gives_the_same_bytes(tmp_path, kind):
    first = written_to(tmp_path / "first.rlmtrace", KINDS[kind]())

    second = written_to(tmp_path / "second.rlmtrace", read_back(first))

    assert second.read_bytes() == first.read_bytes()


def test_documents_come_back_with_their_texts_and_their_facts(tmp_path):
    run = GivenRun(given=answered().given, texts=answered().texts, read=DOCUMENTS)

    back = read_back(written_to(tmp_path / "run.rlmtrace", run))

    assert [one.member for one in back.read] == [one.member for one in DOCUMENTS]
    assert [b"".join(one.utf8) for one in back.read] == [b"".join(one.utf8) for one in DOCUMENTS]


def test_a_redacted_file_holds_no_document_and_says_what_was_left_out(tmp_path):
    run = GivenRun(given=answered().given, texts=answered().texts, read=DOCUMENTS)

    path = written_to(tmp_path / "run.rlmtrace", redacted(run))

    with ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert b"tonnage" not in everything
    assert "redacted" in manifest["left_out"][0]


def test_a_lost_text_stays_lost_and_the_rest_is_there(tmp_path):
    run = KINDS["from_tomorrow"]()

    back = read_back(written_to(tmp_path / "run.rlmtrace", run))

    texts = [back.text(digest) for entry in back.entries() for digest in texts_of(entry.event)]
    assert LOST in texts
    assert any(text != LOST for text in texts)


def changed(path: Path, name: str, change) -> Path:
    """Write the archive anew with one member changed."""
    held = io.BytesIO(path.read_bytes())
    with ZipFile(held) as old, ZipFile(path, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data) if member == name else data)
    return path


HARM = {
    "no manifest": ("manifest.json", lambda data: b""),
    "another manifest": ("manifest.json", lambda data: b'{"format": "zip"}'),
    "a manifest that is a list": ("manifest.json", lambda data: b"[]"),
    "an id that is a path": ("manifest.json", lambda data: data.replace(b'"2026', b'"../2026')),
    "an id that is a number": ("manifest.json", lambda data: data.replace(b'"20261120-201455-093-5f1c9a"', b"3")),
    "a tag that is a number": ("manifest.json", lambda data: data.replace(b'"1980s"', b"1980")),
    "an entry too few": ("journal.jsonl", lambda data: data[: data.rstrip().rindex(b"\n") + 1]),
    "an entry twice": ("journal.jsonl", lambda data: data.split(b"\n")[0] + b"\n" + data),
    "no entry": ("journal.jsonl", lambda data: b""),
    "a line cut off": ("journal.jsonl", lambda data: data[:-20]),
    "an entry that is no event": (
        "journal.jsonl",
        lambda data: data.replace(b'"run_finished",{', b'"run_finished",[{'),
    ),
    "an endless time": ("journal.jsonl", lambda data: data.replace(b"1760000000.0", b"Infinity", 1)),
    "an endless number": ("journal.jsonl", lambda data: data.replace(b'"seconds":3.0', b'"seconds":1e999', 1)),
    "an enormous id": ("journal.jsonl", lambda data: data.replace(b'"turn":2', b'"turn":%d' % 10**25, 1)),
    "a time before the last": ("journal.jsonl", lambda data: data.replace(b"[2,1760000000.05", b"[2,1660000000.05")),
    "another text": ("texts.jsonl", lambda data: data.replace(b"dues", b"fees")),
    "a text too few": ("texts.jsonl", lambda data: data.split(b"\n", 1)[1]),
    "a text that is a list": ("texts.jsonl", lambda data: data.replace(b'"text":"', b'"text":["', 1)),
    "a score of ten": ("notes.json", lambda data: data.replace(b'"score":4', b'"score":10')),
    "a note on no node": ("notes.json", lambda data: data.replace(b'"node":1', b'"node":null')),
    "a document with a wrong size": ("documents.jsonl", lambda data: data.replace(b'pdf",1', b'pdf",9', 1)),
    "a document without facts": ("documents.jsonl", lambda data: data.replace(b'"[', b'"', 1)),
    "documents cut off": ("documents.utf8", lambda data: data[:-4]),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_file_that_was_tampered_with_is_refused_in_a_sentence(tmp_path, harm):
    run = answered()
    whole = GivenRun(given=run.given, texts=run.texts, tags=run.tags, notes=run.notes, read=DOCUMENTS)
    path = written_to(tmp_path / "run.rlmtrace", whole)

    with pytest.raises(BadImport, match=r"run\.rlmtrace is damaged or no trace .*Export the run again"):
        read_back(changed(path, *HARM[harm]))


def test_the_unharmed_file_is_taken(tmp_path):
    run = answered()
    whole = GivenRun(given=run.given, texts=run.texts, notes=run.notes, read=DOCUMENTS)

    assert read_back(changed(written_to(tmp_path / "run.rlmtrace", whole), "", None)).read


def test_a_file_of_a_newer_version_asks_for_an_update(tmp_path):
    path = written_to(tmp_path / "run.rlmtrace", answered())

    with pytest.raises(BadImport, match="newer RLM Desktop"):
        read_back(changed(path, "manifest.json", lambda data: data.replace(b'"version": 1', b'"version": 2')))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip", b"{}" * 1000])
def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "run.rlmtrace"
    path.write_bytes(content)

    with pytest.raises(BadImport, match="damaged or no trace"):
        read_back(path)


def test_a_file_with_bytes_turned_over_is_refused_or_the_same(tmp_path):
    run = answered()
    path = written_to(tmp_path / "run.rlmtrace", run)
    whole = path.read_bytes()
    dice = random.Random(3)
    refused = 0

    for _ in range(150):
        data = bytearray(whole)
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
        try:
            back = read_back(path)
        except BadImport:
            refused += 1
        else:
            assert trace_of(back).root.totals == trace_of(run).root.totals

    assert refused > 100
