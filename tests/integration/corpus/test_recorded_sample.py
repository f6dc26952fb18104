"""The run that comes along: small, marked, of nobody's computer, and over the very documents that come along."""

import re
from collections import Counter
from zipfile import ZipFile

import pytest

from rlm_desktop.corpus.store.store import Store
from rlm_desktop.export.rlmtrace_reading import opened_trace
from rlm_desktop.trace.events import AnswerGiven, CallStarted, RunFinished, RunStarted, TurnStarted
from rlm_desktop.viewmodel import sample

_HOME = re.compile(r"/(?:home|root|Users|work)/[\w.-]+/|\b127\.0\.0\.1|localhost|[A-Z]:\\\\")


@pytest.fixture(scope="module")
def events():
    with opened_trace(sample.recorded_run()) as trace:
        run = trace.run()
        assert run.tags == (sample.TAG,)
        return [event for _, event in run.events]


def test_the_recorded_run_shows_turns_and_many_calls_and_ends_with_an_answer(events):
    counted = Counter(type(event) for event in events)

    assert counted[TurnStarted] == 5
    assert counted[CallStarted] > 60
    assert counted[AnswerGiven]
    assert [event.status for event in events if isinstance(event, RunFinished)] == ["answered"]


def test_the_recorded_run_is_small_and_tells_nothing_of_the_computer_it_ran_on():
    file = sample.recorded_run()

    assert file.stat().st_size < 300_000
    with ZipFile(file) as archive:
        for name in archive.namelist():
            assert _HOME.findall(archive.read(name).decode()) == [], name


async def test_the_recorded_run_has_read_the_documents_that_come_along(events, tmp_path):
    store = Store.open(tmp_path / "store")
    corpus = await store.ingest([sample.documents()])
    there = {document.name: str(document.text) for document in corpus.documents}
    await store.close()

    with opened_trace(sample.recorded_run()) as trace:
        carried = {one.member.name: b"".join(one.utf8).decode() for one in trace.documents()}
    assert carried == there
    started = next(event for event in events if isinstance(event, RunStarted))
    assert started.document_count == len(there) == 16
