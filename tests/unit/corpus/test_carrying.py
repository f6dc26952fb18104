"""Documents go from one store to another and are the same version there."""

import asyncio
from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import StoreBroken
from rlm_desktop.corpus.store.carrying import Carried, carried_out_of, checked_member, take_in
from rlm_desktop.corpus.store.manifest import Member
from rlm_desktop.corpus.store.replaying import opened_version
from rlm_desktop.corpus.store.store import Store


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.md").write_text("# One\n\nThe dues rose.\n\n# Two\n\n港务长\n")
    (folder / "b.txt").write_text("The dredging was paid.\n" * 300)
    (folder / "c.csv").write_text("harbour,dues\nArdvik,3\n")
    return folder


def read(store: Path, papers: Path) -> tuple[str, list[Carried], str]:
    async def ingest() -> tuple[str, list[Carried], str]:
        opened = Store.open(store)
        try:
            corpus = await opened.ingest([papers])
            documents = [Carried(one.member, tuple(one.utf8)) for one in carried_out_of(corpus)]
            return corpus.digest, documents, str(corpus.text)
        finally:
            await opened.close()

    return asyncio.run(ingest())


def test_a_version_is_the_same_in_another_store(tmp_path, papers):
    digest, documents, text = read(tmp_path / "here", papers)

    taken = take_in(tmp_path / "there", documents, "a-run")

    assert taken == digest
    with opened_version(tmp_path / "there", digest) as corpus:
        assert corpus.text == text
        assert [one.member for one in carried_out_of(corpus)] == [one.member for one in documents]


def test_it_is_kept_for_the_run_that_needs_it_and_freed_after(tmp_path, papers):
    digest, documents, _ = read(tmp_path / "here", papers)
    take_in(tmp_path / "there", documents, "a-run")
    there = tmp_path / "there" / "versions" / digest
    later = 10_000_000_000.0

    async def collect(*, release: bool) -> None:
        store = Store.open(tmp_path / "there")
        if release:
            store.release("a-run")
        await store.collect(now=later)
        await store.close()

    asyncio.run(collect(release=False))
    assert there.exists()
    asyncio.run(collect(release=True))
    assert not there.exists()


def test_a_version_that_is_there_is_pinned_and_not_written_again(tmp_path, papers):
    digest, documents, _ = read(tmp_path / "here", papers)
    meta = tmp_path / "here" / "versions" / digest / "meta.json"
    before = meta.stat().st_mtime_ns

    assert take_in(tmp_path / "here", documents, "a-run") == digest
    assert meta.stat().st_mtime_ns == before


def test_a_text_that_is_another_than_its_description_says_is_refused(tmp_path, papers):
    digest, documents, _ = read(tmp_path / "here", papers)
    false = [Carried(documents[0].member, (b"other words",)), *documents[1:]]

    with pytest.raises(StoreBroken, match="not the one that its description names"):
        take_in(tmp_path / "here", false, "a-run")

    with opened_version(tmp_path / "here", digest) as corpus:
        assert "The dues rose." in str(corpus.text)
    packs = [path for path in (tmp_path / "here" / "packs").rglob("*") if path.is_file()]
    assert len(packs) == 1


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "[]",
        '["txt","00",1,1,1,[],[]]',
        '["txt","%s",-1,1,1,[],[]]' % ("0" * 32),
        '["txt","%s",1,1,1,[[5,"p. 1","page"]],[]]' % ("0" * 32),
        '["txt","%s",1,1,"1",[],[]]' % ("0" * 32),
        '["txt","%s",1,1,1,[],[3]]' % ("0" * 32),
        '["txt", "%s",1,1,1,[],[]]' % ("0" * 32),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(facts):
    with pytest.raises(StoreBroken):
        checked_member("a.txt", "/a.txt", 1, facts)


def test_a_sound_description_is_taken():
    facts = '["txt","%s",1,1,1,[[0,"p. 1","page"]],["1 image"]]' % ("0" * 32)

    assert checked_member("a.txt", "/a.txt", 1, facts) == Member("a.txt", "/a.txt", 1, facts)
