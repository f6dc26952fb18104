"""Documents to ask about, and a model server that does as it is told."""

from itertools import count

import pytest

from tests.support.lm_server import LmServer, Said, Trouble
from tests.support.reasking import Workers

BATCH = """```repl
print(len(context))
parts = llm_query_batched(["a " + context[:40], "b " + context[:40]])
answer["content"] = " and ".join(parts)
answer["ready"] = True
```"""


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for year in (1981, 1984):
        (folder / f"{year}.txt").write_text(f"The harbour of Ardvik raised its dues in {year}.\n" * 20)
    return folder


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


def root_and_workers(worker):
    """Answers as a root that asks two workers, and as those workers."""
    return lambda body: Said(text=BATCH, piece_seconds=0.04) if body["model"] == "root" else worker


@pytest.fixture
def hanging_workers():
    """Root replies at once; sub-calls are never answered."""
    with LmServer(root_and_workers(Trouble(hang=True))) as server:
        yield server


@pytest.fixture
def server():
    with LmServer(root_and_workers("1981")) as server:
        yield server


@pytest.fixture
def endless_root():
    """Every root reply holds other code, and none an answer; a draft stands there from the first turn on."""
    numbers = count()

    def reply(_body):
        return f"```repl\nanswer['content'] = 'so far'\nprint({next(numbers)}, len(context))\n```"

    with LmServer(reply, latency_seconds=0.05) as server:
        yield server


@pytest.fixture
def workers():
    """Of whom some have trouble."""
    return Workers()
