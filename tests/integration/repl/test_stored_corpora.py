"""A child reads its corpus from a folder, finds every document and place in it, and no other corpus."""

import os
import shutil

import pytest

from rlm_desktop.repl import giving
from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.nursery import Nursery
from rlm_desktop.repl.sandbox import probe, tiers
from tests.support.corpora import stored
from tests.support.repl import Repl, open_repl

FULL = tiers.best({})
HELD = {tier.name: tier for tier in (FULL, tiers.best({probe.HIDING: "bwrap"})) if tier.is_confined}
TEXTS = {"a.txt": "one\ntwo\nthree", "b.pdf": "first page\nsecond page\n", "ü.txt": "größer\nals alles 😀\nend"}
PAGES = {"b.pdf": (0, 11)}
MARKS = {"ü.txt": ((0, "sheet One", "sheet"), (7, "sheet Two", "sheet"))}


@pytest.fixture
def corpus(tmp_path):
    return stored(tmp_path / "versions" / "this", TEXTS, page_starts=PAGES, marks=MARKS)


@pytest.fixture
def scratch(tmp_path):
    scratch = tmp_path / "run"
    scratch.mkdir()
    return scratch


@pytest.fixture
async def repl(scratch, corpus):
    async with open_repl(scratch, corpus_folder=str(corpus)) as repl:
        yield repl


async def test_the_context_is_the_text_of_the_folder(repl):
    out = await repl.out("print(type(context).__name__, len(context), context[:34], sep='|')")

    assert out == "str|155|=== document 1 of 3: a.txt ===\none\n"
    assert await repl.out("print(context.endswith('end'), '😀' in context)") == "True True\n"


async def test_documents_come_from_the_tables(repl):
    assert await repl.out("print(len(documents), documents.names)") == "3 ['a.txt', 'b.pdf', 'ü.txt']\n"
    assert await repl.out("print([d.text for d in documents])") == f"{list(TEXTS.values())}\n"
    assert await repl.out("d = documents['b.pdf']\nprint(d, d.path, list(d.pages), len(d), d == documents[1])") == (
        "<Document 'b.pdf': text, 2 pages, 23 characters> /files/b.pdf ['first page\\n', 'second page\\n'] 23 True\n"
    )
    assert await repl.out(
        "print(documents[-1].name, documents[1:][0].name, 'a.txt' in documents, 'z' in documents)"
    ) == ("ü.txt b.pdf True False\n")


async def test_a_document_that_does_not_exist_is_named(repl):
    ran = await repl.run("documents['z.txt']")

    assert ran.report.error.message == "\"no document is named 'z.txt'; the names are a.txt, b.pdf, ü.txt\""
    ran = await repl.run("documents[3]")
    assert ran.report.error.message == "there is no document 3; there are 3, counted from 0"


async def test_a_place_has_document_page_line_and_part(repl):
    out = await repl.out("print(where(context.index('second')), documents.where(context.index('alles')), sep='\\n')")

    assert out == (
        "Place(document='b.pdf', page=2, line=2, offset_in_document=11, part='p. 2')\n"
        "Place(document='ü.txt', page=None, line=2, offset_in_document=11, part='sheet Two')\n"
    )


async def test_hits_name_document_page_line_and_part(repl):
    assert await repl.out("print(grep('second|alles', around=3))") == (
        "[b.pdf page 2 line 2 offset 88] ge second pa\n[ü.txt sheet Two line 2 offset 144] ls alles 😀\n"
    )


async def test_a_kept_document_comes_back_after_a_kill(repl):
    await repl.out("kept = documents[2]")

    await repl.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    assert await repl.out("print(kept.text == documents['ü.txt'].text)") == "True\n"


@pytest.mark.parametrize("tier", HELD.values(), ids=HELD.keys())
async def test_neither_the_versions_folder_nor_another_version_can_be_read(tmp_path, scratch, corpus, tier):
    other = stored(tmp_path / "versions" / "other", {"secret": "canary"})

    async with open_repl(scratch, tier=tier, corpus_folder=str(corpus)) as repl:
        for path in (other / "text", corpus / "text", corpus.parent):
            ran = await repl.run(
                f"import os; print(os.listdir({str(path)!r}) if {path.is_dir()} else open({str(path)!r}).read())"
            )
            assert ran.report.error.type in {"PermissionError", "FileNotFoundError"}
            assert "canary" not in ran.out


@pytest.mark.parametrize("tier", HELD.values(), ids=HELD.keys())
async def test_a_child_started_ahead_is_given_this_corpus_only(tmp_path, scratch, corpus, tier):
    other = stored(tmp_path / "versions" / "other", {"secret": "canary"})
    nursery = Nursery(tmp_path / "warm", tier)
    (tmp_path / "warm").mkdir()
    nursery.warm()

    child = await nursery.take(Boot(corpus_folder=str(corpus)), scratch)

    assert child._folder.path.parent == tmp_path / "warm"
    assert await Repl(child).out("print(documents[0].text)") == "one\ntwo\nthree\n"
    ran = await Repl(child).run(f"print(open({str(other / 'text')!r}).read())")
    assert ran.report.error is not None
    await child.close()
    await nursery.close()


async def test_the_given_corpus_cannot_be_altered(repl, corpus):
    before = (corpus / "text").read_bytes()

    for code in (
        "open(path, 'r+b').write(b'x')",
        "open(path, 'ab').write(b'x')",
        "os.truncate(path, 0)",
        "os.unlink(path)",
    ):
        find = "import os; path = os.path.join(os.path.dirname(os.getcwd()), 'given', 'corpus', 'text')"
        ran = await repl.run(f"{find}\n{code}")
        assert ran.report.error is not None

    assert (corpus / "text").read_bytes() == before
    assert (corpus / "text").stat().st_nlink > 1


@pytest.mark.parametrize("is_small", [True, False])
@pytest.mark.parametrize("tier", HELD.values(), ids=HELD.keys())
async def test_where_no_links_can_be_made_the_corpus_is_copied_or_read_where_it_lies(
    tmp_path, scratch, corpus, tier, is_small, monkeypatch
):
    other = stored(tmp_path / "versions" / "other", {"secret": "canary"})
    monkeypatch.setattr(giving.os, "link", _refuse)
    monkeypatch.setattr(giving, "SMALL_BYTES", 1_000_000 if is_small else 1)
    nursery = Nursery(tmp_path / "warm", tier)
    (tmp_path / "warm").mkdir()
    nursery.warm()

    child = await nursery.take(Boot(corpus_folder=str(corpus)), scratch)

    assert (child._folder.corpus == corpus) is not is_small
    assert (child._folder.path.parent == scratch) is not is_small
    assert await Repl(child).out("print(documents[0].text)") == "one\ntwo\nthree\n"
    ran = await Repl(child).run(f"print(open({str(other / 'text')!r}).read())")
    assert ran.report.error is not None
    await child.close()
    await nursery.close()


async def test_a_child_keeps_its_corpus_when_the_store_lets_go_of_it(scratch, corpus):
    async with open_repl(scratch, corpus_folder=str(corpus)) as repl:
        shutil.rmtree(corpus)
        assert await repl.out("print(documents[0].text)") == "one\ntwo\nthree\n"
        await repl.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert await repl.out("print(documents[2].text)") == "größer\nals alles 😀\nend\n"


async def test_a_corpus_that_is_gone_is_told_in_a_sentence(tmp_path, scratch):
    nursery = Nursery(tmp_path / "warm", FULL)
    (tmp_path / "warm").mkdir()

    for start in (Child.start, nursery.take):
        with pytest.raises(ChildNotStarted, match="The text of the corpus cannot be read: No such file"):
            await start(Boot(corpus_folder=str(tmp_path / "gone")), scratch)
    await nursery.close()


async def test_a_damaged_corpus_is_told_in_a_sentence(scratch, corpus):
    (corpus / "text").write_bytes(b"short")

    with pytest.raises(ChildNotStarted, match="has 5 bytes instead of"):
        await Child.start(Boot(corpus_folder=str(corpus)), scratch)


async def test_closing_a_child_leaves_the_corpus_in_its_place(scratch, corpus):
    child = await Child.start(Boot(corpus_folder=str(corpus)), scratch)

    await child.close()

    assert list(scratch.iterdir()) == []
    assert (corpus / "text").stat().st_nlink == 1


def _refuse(*_args, **_options):
    raise OSError(os.strerror(18))
