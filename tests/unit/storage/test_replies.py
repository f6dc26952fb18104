"""Kept replies."""

import pytest

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.replies import KeptReply, ReplyStore

REPLY = KeptReply(text="ä\ud800 long " * 400, reasoning="because", cost_nano_usd=None)


@pytest.fixture
def database(tmp_path):
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


def test_a_reply_comes_back_as_it_was(database):
    store = ReplyStore(database)
    store.keep("k", "m", REPLY)
    store.keep("k", "m", REPLY)

    assert store.find("k") == REPLY
    assert store.find("other") is None
    assert store.size().replies == 1


def test_clearing_forgets_all_and_says_how_much(database):
    store = ReplyStore(database)
    store.keep("a", "m", REPLY)
    store.keep("b", "m", REPLY)

    assert store.clear().replies == 2
    assert store.find("a") is None
    assert (store.size().replies, store.size().size_bytes) == (0, 0)


def test_replies_and_runs_leave_each_other_alone(database):
    ReplyStore(database).keep("a", "m", REPLY)

    assert Library(database).runs() == []
    assert ReplyStore(database).find("a") == REPLY


def test_a_damaged_reply_is_said(database):
    ReplyStore(database).keep("a", "m", REPLY)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE replies SET body = x'00'")

    with pytest.raises(Damaged):
        ReplyStore(database).find("a")
