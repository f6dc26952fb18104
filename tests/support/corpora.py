"""Small stored corpora, assembled as the store assembles large ones."""

from collections.abc import Mapping
from pathlib import Path

from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.documents import DocumentRow
from rlm_desktop.text.documents_writer import DocumentTableWriter


def stored(folder: Path, texts: Mapping[str, str], **facts: Mapping[str, object]) -> Path:
    """Assemble texts by name into a folder; `facts` holds what else a row tells, by column and name."""
    with DocumentTableWriter(folder) as table, BlobWriter(folder) as blob:
        for number, (name, text) in enumerate(texts.items()):
            if len(texts) > 1:
                gap = "\n\n" if number else ""
                blob.write(f"{gap}=== document {number + 1} of {len(texts)}: {name} ===\n".encode())
            start = blob.characters
            blob.write(text.encode())
            more = {column: by_name[name] for column, by_name in facts.items() if name in by_name}
            row = DocumentRow(name, f"/files/{name}", "text", start, blob.characters, len(text.encode()), 0, "")
            table.add(row._replace(**more))
        table.finish()
        blob.finish()
    return folder


def written(folder: Path, text: str) -> Path:
    """Assemble one text, without a header."""
    return stored(folder, {"text": text})
