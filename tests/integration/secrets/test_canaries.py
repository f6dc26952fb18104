"""Keys are planted everywhere a user may have them, and looked for in everything the product wrote or sent."""

import asyncio
import dataclasses
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from rlm_desktop.service.messages import RunEnded
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.tables import payloads
from tests.support.command_line import CommandLine
from tests.support.engine_process import EngineProcess
from tests.support.holding import is_held
from tests.support.lm_server import LmServer, Said, Trouble

PLANTED = {
    "OPENAI_API_KEY": "sk-canary-openai-0001",
    "ANTHROPIC_API_KEY": "sk-ant-canary-0002",
    "MY_SERVER_KEY": "plainCANARYvalue0003",
    "SOME_OTHER_SECRET": "unrelatedCANARY0004",
}
CANARIES = tuple(PLANTED.values())
SENT = PLANTED["MY_SERVER_KEY"]

NOSY = """```repl
import os
print(dict(os.environ))
for path in PATHS:
    try:
        print(path, open(path, 'rb').read())
    except OSError as error:
        print(path, type(error).__name__)
print(llm_query_batched(["look " + context[:20], "fail " + context[:20]]))
while not os.path.exists('go'):
    pass
FINAL('done')
```"""
_OF_PARENT = ", f'/proc/{os.getppid()}/environ', '/proc/1/environ'" if is_held() else ""
NOSY = NOSY.replace("PATHS", f"('/proc/self/environ', '/proc/self/cmdline'{_OF_PARENT})")
QUICK = NOSY.replace("while not os.path.exists('go'):\n    pass\n", "")


def echoing(code: str, root: Said | Trouble | None = None):
    """A server that quotes the key it was sent wherever it can."""

    def answer(body):
        if body["model"] == "root-model":
            return root or Said(text=code, reasoning=f"I was sent {SENT}")
        if body["messages"][-1]["content"].startswith("fail"):
            return Trouble(status=400, message=f"Incorrect API key {SENT} (Authorization: Bearer {SENT})")
        return f"You sent {SENT}, did you not?"

    return answer


def words_for(server: LmServer) -> list[str]:
    models = ["--root", "root-model", "--worker", "worker-model", "--base-url", server.base_url]
    return [*models, "--api-key-env", "MY_SERVER_KEY", "--strategy", "rlm", "--max-turns", "2"]


def written(data_dir: Path) -> Iterator[bytes]:
    """Give all bytes of all files, and every text that the database keeps compressed."""
    for path in data_dir.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
    database = Database.open(data_dir / FILE_NAME)
    try:
        with database.reading() as connection:
            for packing, body in connection.execute(select(payloads.c.packing, payloads.c.body)):
                yield zlib.decompress(body) if packing == "zlib" else body
    finally:
        database.close()


def assert_clean(pieces: Iterator[bytes]) -> None:
    seen = 0
    for piece in pieces:
        seen += len(piece)
        for name, canary in PLANTED.items():
            assert canary.encode() not in piece, f"{name} leaked: …{around(piece, canary)}…"
    assert seen > 1_000, "there was something to search"


def around(piece: bytes, canary: str) -> bytes:
    place = piece.find(canary.encode())
    return piece[max(0, place - 100) : place]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text("The harbour of Ardvik raised its dues in 1981.\n")
    return file


BROKEN = {
    "a refused key": Trouble(status=401, message=f"Incorrect API key provided: {SENT}."),
    "a bad request": Trouble(status=400, message=f"Header 'Authorization: Bearer {SENT}' is not allowed"),
    "a web page": Trouble(status=502, body=f"<html>{SENT}</html>"),
    "a cut reply": Trouble(cut=f"I was sent {SENT} and"),
}


@pytest.mark.parametrize("root", [None, *BROKEN.values()], ids=["a good run", *BROKEN])
def test_the_command_line_writes_no_key(tmp_path, letter, root):
    rlm = CommandLine(tmp_path / "data")

    with LmServer(echoing(QUICK, root), api_key=SENT) as server:
        asked = rlm("ask", "When?", letter, *words_for(server), "--max-seconds", "3", **PLANTED)

    more = [("show", "last", "--json")] if root else [("show", "last", "--json"), ("doctor",), ("models",), ("runs",)]
    told = [rlm(*words, **PLANTED) for words in more]
    said = [text.encode() for each in (asked, *told) for text in (each.out, each.err)]
    assert server.requests
    assert_clean(iter(said))
    assert_clean(written(tmp_path / "data"))


async def children_of(process: int) -> list[psutil.Process]:
    """Wait for the REPL's Python, the run's and the one that waits, among the processes below this one."""
    async with asyncio.timeout(20):
        while True:
            below = psutil.Process(process).children(recursive=True)
            pythons = [one for one in below if one.name() != "bwrap"]
            found = [one for one in pythons if any(word.endswith("child.py") for word in one.cmdline())]
            if len(found) > 1:
                return found
            await asyncio.sleep(0.02)


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def memory_of(process: int) -> Iterator[bytes]:
    """Give what can be read of a process' memory."""
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:  # noqa: PTH123
        for line in maps:
            span, rights = line.split()[:2]
            first, last = (int(end, 16) for end in span.split("-"))
            if rights.startswith("rw"):
                try:
                    memory.seek(first)
                    yield memory.read(last - first)
                except OSError:
                    continue


def read_of(process: int) -> list[bytes]:
    return [environment_of(process), *memory_of(process)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows memory as a file")
async def test_the_engine_and_its_child_hold_and_tell_no_key(tmp_path, letter):
    data_dir = tmp_path / "data"
    command = (sys.executable, "-m", "rlm_desktop", "--engine")
    with LmServer(echoing(NOSY), api_key=SENT) as server:
        async with EngineProcess(data_dir, command, **PLANTED) as engine:
            run = engine.start_run(
                letter,
                question="When?",
                root="root-model",
                worker="worker-model",
                base_url=server.base_url,
                api_key_env="MY_SERVER_KEY",
                strategy="rlm",
            )
            await engine.until(lambda _: len(server.requests) >= 3)
            seen = []
            for child in await children_of(engine.client._process.pid):
                seen.append(" ".join(child.cmdline()).encode() + b" " * 1_000)
                with suppress(PermissionError):  # it may be held so well that its own user cannot read it
                    seen += await asyncio.to_thread(read_of, child.pid)
            (next(data_dir.rglob("given/corpus")).parents[1] / "work" / "go").touch()
            await engine.hear(RunEnded, run=run)
            facts = [repr(dataclasses.asdict(fact)).encode() for fact in engine.facts]

    assert_clean(iter(seen))
    assert_clean(iter(facts))
    assert_clean(written(data_dir))


def test_the_search_finds_what_is_written():
    """The positive control: a leak of any canary is seen."""
    for canary in CANARIES:
        with pytest.raises(AssertionError, match="leaked"):
            assert_clean(iter([b"x" * 2_000 + canary.encode()]))
