"""Whatever is done to files and store, a corpus is what the files hold, and a pinned version what they held."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.documents import Document, assemble
from tests.support.store_desk import Desk

LATER = 4e9
NAMES = st.sampled_from(["a.txt", "b.txt", "in/c.txt", "d.txt"])
STEPS = st.one_of(
    st.tuples(st.just("write"), NAMES, st.text(alphabet="xyz ü港\n", min_size=1, max_size=30).filter(str.strip)),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("ingest")),
    st.tuples(st.just("pin")),
    st.tuples(st.just("release")),
    st.tuples(st.just("collect"), st.sampled_from([0, 10**9])),
    st.tuples(st.just("reopen")),
)


class History:
    """Does steps one by one, and remembers what must come of them."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.texts: dict[str, str] = {}
        self.pinned: dict[str, tuple[str, str]] = {}
        self.last: tuple[str, str] | None = None

    async def write(self, name: str, text: str) -> None:
        self.desk.write(name, text)
        self.texts[name] = text

    async def remove(self, name: str) -> None:
        if self.texts.pop(name, None) is not None:
            (self.desk.files / name).unlink()

    async def ingest(self) -> None:
        corpus = await self.desk.ingest()
        assert str(corpus.text) == self.expected()
        self.last = corpus.digest, self.expected()
        corpus.close()

    async def pin(self) -> None:
        if self.last is not None:
            run = f"run {len(self.pinned)}"
            self.desk.store.pin(run, self.last[0])
            self.pinned[run] = self.last

    async def release(self) -> None:
        if self.pinned:
            run, (digest, _) = self.pinned.popitem()
            self.desk.store.release(run)
            if self.last and digest == self.last[0]:
                self.last = None

    async def collect(self, blob_bytes: int) -> None:
        await self.desk.store.collect(now=LATER, blob_bytes=blob_bytes)
        if self.last not in self.pinned.values():
            self.last = None

    async def reopen(self) -> None:
        await self.desk.store.close()
        self.desk.store = self.desk.open()

    def expected(self) -> str:
        """Give the text of the files that are there; a copy of another is left out."""
        names = sorted(self.texts)
        first = {self.texts[name]: name for name in reversed(names)}
        kept = [name for name in names if first[self.texts[name]] == name]
        return assemble([Document(name=n, path="", kind="", text=self.texts[n], size_bytes=0) for n in kept]).text

    def check(self) -> None:
        for digest, text in self.pinned.values():
            corpus = self.desk.store.open_version(digest)
            assert str(corpus.text) == text
            corpus.close()


async def play(folder: Path, steps: list[tuple]) -> None:
    history = History(folder)
    for name, *values in steps:
        await getattr(history, name)(*values)
        history.check()
    await history.desk.store.close()


@given(st.lists(STEPS, max_size=25))
@settings(deadline=None, max_examples=40)
def test_a_store_forgets_nothing_that_is_needed(steps: list[tuple]):
    with TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))
