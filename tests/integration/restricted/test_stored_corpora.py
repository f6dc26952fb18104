"""The restricted Python works on a corpus in a folder, and refuses one it cannot hold before anything runs."""

import pytest

from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.nursery import Nursery
from rlm_desktop.repl.restricted import available
from rlm_desktop.repl.sandbox.tiers import RESTRICTED
from tests.support.corpora import stored
from tests.support.repl import open_repl

MARKS = {"b.xlsx": ((0, "sheet One", "sheet"), (4, "sheet Two", "sheet"))}


@pytest.fixture
def corpus(tmp_path):
    return stored(tmp_path / "corpus", {"a.txt": "one\ntwo\n", "b.xlsx": "x y\nz größer\n"}, marks=MARKS)


async def test_the_corpus_comes_from_its_folder(tmp_path, corpus):
    async with open_repl(tmp_path, restricted=True, corpus_folder=str(corpus)) as repl:
        out = await repl.out(
            "print(len(context), documents.names, documents[1].text)\nprint(grep('größer', around=2)[0])"
        )

    assert out == "86 ['a.txt', 'b.xlsx'] x y\nz größer\n\n[b.xlsx sheet Two line 2 offset 79] z größer\n"


async def test_a_corpus_with_too_much_text_is_refused_in_a_sentence(tmp_path, corpus):
    with pytest.raises(ChildNotStarted, match="corpora of up to 0 MB of text and 50,000 documents, and this one"):
        await Child.start(Boot(restricted=True, corpus_folder=str(corpus), in_memory_bytes=10), tmp_path)


async def test_a_child_that_waits_does_not_take_it_either(tmp_path, corpus, monkeypatch):
    monkeypatch.setattr(available, "MOST_DOCUMENTS", 1)
    (tmp_path / "warm").mkdir()
    nursery = Nursery(tmp_path / "warm", RESTRICTED)
    nursery.warm()

    with pytest.raises(ChildNotStarted, match="this one has 0 MB and 2; ask about a part of it"):
        await nursery.take(Boot(restricted=True, corpus_folder=str(corpus)), tmp_path)

    await nursery.close()
