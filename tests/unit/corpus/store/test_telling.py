from rlm_desktop.corpus.conversion import Conversion
from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.store.telling import ARCHIVE, seen_of
from rlm_desktop.trace.facts import SkippedFile

FILE = FoundFile(path="/r/manual.ps.gz", name="manual.ps.gz", size_bytes=9)


def told(*skipped: str) -> list[tuple[str, str, str]]:
    reasons = tuple(SkippedFile(path=path, reason="not text") for path in skipped)
    return [(seen.path, seen.state, seen.kind) for seen in seen_of(Conversion(file=FILE, skipped=reasons))]


def test_an_archive_of_which_nothing_could_be_read_does_not_wait_for_ever():
    assert told("/r/manual.ps.gz/manual.ps") == [
        ("/r/manual.ps.gz", "ready", ARCHIVE),
        ("/r/manual.ps.gz/manual.ps", "failed", ""),
    ]


def test_a_file_that_could_not_be_read_is_told_once():
    assert told("/r/manual.ps.gz") == [("/r/manual.ps.gz", "failed", "")]
