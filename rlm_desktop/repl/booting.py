"""Getting a child ready: its folder, the files it is given, and the first words on the line."""

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rlm_desktop.repl.errors import ChildGone, ChildNotStarted, FrameRefused
from rlm_desktop.repl.exchange import Boot
from rlm_desktop.repl.frames import Booted, Hello
from rlm_desktop.repl.launching import Place
from rlm_desktop.repl.link import Link
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.sandbox.watching import remove_tree

F = TypeVar("F", Hello, Booted)
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A child's own folder: `work` is where its code works, beside it lie the files it is given."""

    path: Path
    contexts: tuple[dict[str, str], ...]
    """The earlier contexts in order, and last the context itself."""

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


def make_folder(boot: Boot, scratch: Path) -> Folder:
    """Make a child's folder and write the contexts into it."""
    path = Path(tempfile.mkdtemp(prefix="child-", dir=scratch))
    (path / "work").mkdir()
    (path / "kept").mkdir()
    contexts = (*boot.earlier_contexts, boot.context)
    files = tuple(_write_context(path / f"context_{number}", value) for number, value in enumerate(contexts))
    return Folder(path=path, contexts=files)


async def start_child(
    boot: Boot, folder: Folder, tier: Tier, first_block: int, restart: Restart | None
) -> tuple[Link, Booted]:
    """Start a process and wait until its namespace stands."""
    link = await Link.open(_place(folder), tier)
    try:
        async with asyncio.timeout(START_SECONDS):
            await _expect(link, Hello)
            await link.send(_boot_command(boot, folder, first_block, restart))
            booted = await _expect(link, Booted)
            link.rest()
            return link, booted
    except (ChildGone, FrameRefused, TimeoutError) as error:
        await link.kill()
        raise ChildNotStarted(f"The REPL did not get ready: {str(error) or 'it took too long.'}") from error
    except asyncio.CancelledError:
        await link.kill()
        raise


def _place(folder: Folder) -> Place:
    contexts = tuple(context["path"] for context in folder.contexts)
    return Place(work=folder.work, kept=folder.kept, contexts=contexts)


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
        "memory_bytes": boot.memory_bytes,
        "block_seconds": boot.block_seconds,
        "snapshot": str(folder.snapshot),
        "first_block": first_block,
        "is_restart": restart is not None,
        "unfinished_code": restart.unfinished_code if restart else "",
        "draft": restart.draft if restart else "",
    }


def _write_context(path: Path, value: Any) -> dict[str, str]:
    kind = "text" if isinstance(value, str) else "json"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return {"path": str(path), "kind": kind}
