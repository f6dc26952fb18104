"""Long texts are kept once, small, and unaltered."""

import pytest
from hypothesis import HealthCheck, given, settings

from rlm_desktop.storage.errors import Damaged, MissingText
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import TextKept
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.texts import digest_of
from tests.support.event_strategies import any_text
from tests.support.traces import run_started


def keep(database, *texts):
    run, journal = new_run_id(), Journal(database)
    journal.begin(run)
    for text in texts:
        journal.record(run, TextKept(digest=digest_of(text), text=text))
    journal.record(run, run_started())


def stored(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT packing, length(body) FROM payloads").all()


@given(text=any_text, repeats=any_text.map(len))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_text_comes_back_unaltered(database, text, repeats):
    text *= 1 + 30 * repeats
    keep(database, text)

    assert Payloads(database).text(digest_of(text)) == text


def test_many_texts_are_read_one_after_another_though_one_of_them_is_missing(database):
    keep(database, "one", "two")

    with Payloads(database).reading() as text:
        assert text(digest_of("one")) == "one"
        with pytest.raises(MissingText):
            text(digest_of("three"))
        assert text(digest_of("two")) == "two"


def test_a_text_of_several_runs_is_kept_once(database):
    keep(database, "the same prompt", "one")
    keep(database, "the same prompt", "two")

    assert len(stored(database)) == 3


def test_a_long_text_is_compressed_and_a_short_one_is_not(database):
    keep(database, "dredging of the western channel " * 1_000)
    keep(database, "short")

    (long_packing, long_size), (short_packing, short_size) = stored(database)
    assert (long_packing, short_packing, short_size) == ("zlib", "plain", 5)
    assert long_size < 1_000


def test_a_text_that_is_not_there_is_named(database):
    with pytest.raises(MissingText, match="00ff"):
        Payloads(database).text(Digest("00ff"))


def test_a_text_whose_bytes_were_altered_is_called_damaged(database):
    text = "dredging " * 1_000
    keep(database, text)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE payloads SET body = x'00'")

    with pytest.raises(Damaged, match=digest_of(text)):
        Payloads(database).text(digest_of(text))
