"""One fresh restricted child for each test that asks for `repl`."""

import pytest

from rlm_desktop.repl.host import BootDocument
from tests.support.repl import open_repl

PAGES = "# Harbour dues\npage one\f# Page two\nArdvik raised its dues in 1981.\n"
SECOND = "# Notes\nLindholm has 12 berths.\nArdvik has 9.\n"
DOCUMENTS = (
    BootDocument(name="dues.pdf", path="/d/dues.pdf", kind="pdf", start=0, end=len(PAGES), page_starts=(0, 24)),
    BootDocument(name="notes.md", path="/d/notes.md", kind="md", start=len(PAGES), end=len(PAGES + SECOND)),
)


@pytest.fixture
async def repl(tmp_path):
    options = {"documents": DOCUMENTS, "restricted": True, "block_seconds": 1.0, "memory_bytes": 200_000_000}
    async with open_repl(tmp_path, PAGES + SECOND, **options) as repl:
        yield repl
