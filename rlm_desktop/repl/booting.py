"""Getting a child ready: its folder, the files it is given, and the first words on the line."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from rlm_desktop.repl.errors import ChildGone, ChildNotStarted, FrameRefused
from rlm_desktop.repl.exchange import Boot
from rlm_desktop.repl.frames import Booted, Hello
from rlm_desktop.repl.giving import give, size_of
from rlm_desktop.repl.launching import Place
from rlm_desktop.repl.link import Link
from rlm_desktop.repl.sandbox.deciding import Room
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.sandbox.watching import remove_tree

F = TypeVar("F", Hello, Booted)
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A child's own folder: `work` is where its code works, beside it lie the files it is given."""

    path: Path
    contexts: tuple[dict[str, Any], ...]
    """The earlier contexts in order, and last the context itself."""
    corpus: Path | None = None
    """Where the child finds the corpus that is its context, if it is one."""

    @property
    def given(self) -> Path:
        """Where the contexts lie, alone: the child may read there."""
        return self.path / "given"

    @property
    def has_all_given(self) -> bool:
        """Whether a child that may read its own folder only finds all that it is given."""
        return self.corpus is None or self.given in self.corpus.parents

    @property
    def work(self) -> Path:
        """Where the child works."""
        return self.path / "work"

    @property
    def snapshot(self) -> Path:
        """Where the child keeps what its successor needs."""
        return self.kept / "snapshot.json"

    @property
    def kept(self) -> Path:
        """Where the snapshot lies, alone: the child may write there."""
        return self.path / "kept"

    def remove(self) -> None:
        """Remove it with all that is in it; what cannot be removed stays."""
        remove_tree(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """What a new child needs to know of the one it replaces."""

    unfinished_code: str
    draft: str


def empty_folder(scratch: Path) -> Folder:
    """Make a child's folder, before it is known what the child is given."""
    folder = Folder(path=Path(tempfile.mkdtemp(prefix="child-", dir=scratch)), contexts=())
    for inner in (folder.work, folder.kept, folder.given):
        inner.mkdir()
    return folder


def filled(folder: Folder, boot: Boot) -> Folder:
    """Write the contexts into a child's folder, or give it the corpus there."""
    corpus = None if boot.corpus_folder is None else give(Path(boot.corpus_folder), folder.given)
    values = _contexts_by_file(boot)
    files = [_write_context(folder.given / f"context_{number}", value) for number, value in enumerate(values)]
    if corpus is not None:
        part = None if boot.corpus_part is None else [boot.corpus_part.start, boot.corpus_part.end]
        corpus_told = {"path": str(corpus), "kind": "corpus", "in_memory_bytes": boot.in_memory_bytes, "part": part}
        files.append(corpus_told)
    return replace(folder, contexts=tuple(files), corpus=corpus)


def make_folder(boot: Boot, scratch: Path) -> Folder:
    """Make a child's folder and write the contexts into it."""
    return filled(empty_folder(scratch), boot)


def room_for(boot: Boot) -> Room:
    """Tell what a child takes to hold the contexts."""
    mapped = 0 if boot.corpus_folder is None else size_of(Path(boot.corpus_folder))
    written = sum(len(_as_bytes(value)) for value in _contexts_by_file(boot))
    return Room(context_bytes=written + min(mapped, boot.in_memory_bytes), mapped_bytes=mapped)


async def start_child(
    boot: Boot, folder: Folder, tier: Tier, first_block: int, restart: Restart | None
) -> tuple[Link, Booted]:
    """Start a process and wait until its namespace stands."""
    link = await open_link(folder, tier, await asyncio.to_thread(room_for, boot))
    return link, await boot_link(link, boot, folder, first_block, restart)


async def open_link(folder: Folder, tier: Tier, room: Room) -> Link:
    """Start a process that has this room, and wait until it has confined itself and greets."""
    given = (folder.given,) if folder.has_all_given else (folder.given, *filter(None, [folder.corpus]))
    place = Place(work=folder.work, kept=folder.kept, given=given, room=room)
    link = await Link.open(place, tier)
    async with _getting_ready(link):
        await _expect(link, Hello)
    return link


async def boot_link(
    link: Link, boot: Boot, folder: Folder, first_block: int = 1, restart: Restart | None = None
) -> Booted:
    """Tell a process that has greeted what it works on, and wait until its namespace stands."""
    async with _getting_ready(link):
        await link.send(_boot_command(boot, folder, first_block, restart))
        booted = await _expect(link, Booted)
    link.rest()
    return booted


@asynccontextmanager
async def _getting_ready(link: Link) -> AsyncIterator[None]:
    """End the process unless what is done here succeeds in time."""
    try:
        async with asyncio.timeout(START_SECONDS):
            yield
    except (ChildGone, FrameRefused, TimeoutError) as error:
        await link.kill()
        raise ChildNotStarted(f"The REPL did not get ready: {str(error) or 'it took too long.'}") from error
    except asyncio.CancelledError:
        await link.kill()
        raise


async def _expect(link: Link, kind: type[F]) -> F:
    frame = await link.receive()
    if not isinstance(frame, kind):
        raise FrameRefused("The child sent something that is not allowed while it starts.")
    return frame


def _boot_command(boot: Boot, folder: Folder, first_block: int, restart: Restart | None) -> dict[str, Any]:
    return {
        "do": "boot",
        "context": folder.contexts[-1],
        "earlier": folder.contexts[:-1],
        "documents": [asdict(document) for document in boot.documents],
        "with_subcalls": boot.with_subcalls,
        "with_child_runs": boot.with_child_runs,
        "search_only": boot.search_only,
        "memory_bytes": boot.memory_bytes,
        "block_seconds": boot.block_seconds,
        "snapshot": str(folder.snapshot),
        "first_block": first_block,
        "is_restart": restart is not None,
        "unfinished_code": restart.unfinished_code if restart else "",
        "draft": restart.draft if restart else "",
    }


def _contexts_by_file(boot: Boot) -> tuple[Any, ...]:
    return boot.earlier_contexts if boot.corpus_folder is not None else (*boot.earlier_contexts, boot.context)


def _write_context(path: Path, value: Any) -> dict[str, Any]:
    path.write_bytes(_as_bytes(value))
    return {"path": str(path), "kind": "text" if isinstance(value, str) else "json"}


def _as_bytes(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")
