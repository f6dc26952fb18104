"""A process of its own that ingests: `python -m tests.support.ingesting_process STORE FILES`.

It prints the digest of the version, or the sentence with which it ended. With `--halt-after` it takes so many
conversions and then waits to be killed, with `--halt-assembling` it waits before a version is whole; `--limit` is the
size beyond which this process can write no file.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from threading import Event

from rlm_desktop.corpus.converting.pool import Converters
from rlm_desktop.corpus.errors import StoreError
from rlm_desktop.corpus.store.seen import FileSeen, Seen
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.text.blob_writer import BlobWriter


class Halting(Converters):
    """Gives some conversions, and then none for ever."""

    most = 0

    async def convert(self, files, roots=()):
        given = 0
        async for conversion in super().convert(files, roots):
            if given == self.most:
                await asyncio.Event().wait()
            given += 1
            yield conversion


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("files", type=Path)
    parser.add_argument("--halt-after", type=int)
    parser.add_argument("--halt-assembling", action="store_true")
    parser.add_argument("--limit", type=int)
    wanted = parser.parse_args()
    if wanted.limit:
        import resource  # noqa: PLC0415 -- not everywhere

        resource.setrlimit(resource.RLIMIT_FSIZE, (wanted.limit, wanted.limit))
    if wanted.halt_assembling:
        BlobWriter.finish = _halt
    Halting.most = wanted.halt_after or 0
    asyncio.run(_ingest(wanted.store, wanted.files, Converters if wanted.halt_after is None else Halting))


def _halt(_writer: BlobWriter) -> None:
    print("assembling", flush=True)
    Event().wait()


async def _ingest(folder: Path, files: Path, converters: type[Converters]) -> None:
    queued = 0

    def tell(seen: Seen) -> None:
        nonlocal queued
        queued += isinstance(seen, FileSeen) and seen.state == "queued"

    store = Store.open(folder, converters)
    try:
        corpus = await store.ingest([files], tell=tell)
    except StoreError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    finally:
        await store.close()
    print(corpus.digest, len(corpus.documents), queued)


if __name__ == "__main__":
    main()
