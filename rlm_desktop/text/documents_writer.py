"""Writes the tables of the documents of a text."""

import os
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from rlm_desktop.text.documents import DocumentRow, name_hash
from rlm_desktop.text.writing import write_synced


class DocumentTableWriter:
    """Takes documents in the order of the text; finish it before the text itself, whose description comes last."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._strings = (self._folder / "strings").open("wb")
        self._strings_bytes = 0
        self._marks = array("Q")
        self._rows = array("Q")
        self._hashes = array("Q")

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, row: DocumentRow) -> None:
        """Append a document."""
        self._hashes.append(name_hash(row.name) << 32 | len(self._hashes))
        self._rows.extend((row.start, row.end, row.source_bytes, row.tokens, self._strings_bytes, len(self._marks)))
        losses = "".join(loss.replace("\0", " ") + "\0" for loss in row.losses)
        self._rows.extend([self._put(words) for words in (row.name, row.path, row.kind, row.digest, losses)])
        self._rows.append(0 if row.page_starts is None else len(row.page_starts) + 1)
        self._rows.append(len(row.marks))
        self._marks.extend(row.page_starts or ())
        self._marks.extend([start for start, _, _ in row.marks])
        for _, label, kind in row.marks:
            self._marks.extend((self._strings_bytes, self._put(label), self._put(kind)))

    def finish(self) -> None:
        """Write what is left and wait until all of it is on disk."""
        self._rows.extend((0, 0, 0, 0, self._strings_bytes, len(self._marks), 0, 0, 0, 0, 0, 0, 0))
        self._strings.flush()
        os.fsync(self._strings.fileno())
        self._strings.close()
        write_synced(self._folder / "documents", self._rows)
        write_synced(self._folder / "marks", self._marks)
        write_synced(self._folder / "names", array("Q", sorted(self._hashes)))

    def close(self) -> None:
        """Give up what was not finished."""
        self._strings.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, words: str) -> int:
        encoded = words.encode("utf-8", "surrogatepass")
        self._strings_bytes += self._strings.write(encoded)
        return len(encoded)
