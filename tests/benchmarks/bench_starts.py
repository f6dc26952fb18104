"""How long things take to start: the command line, the engine process, the child."""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import stopwatch, tell

from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.service.client import EngineClient
from rlm_desktop.service.messages import EngineReady, Fact

COMMAND = str(Path(sys.executable).with_name("rlm-desktop"))
REPEATS = 9


def command_line(folder: Path) -> None:
    for words in (["--help"], ["runs"], ["ask", "--help"]):
        command = [COMMAND, "--data-dir", str(folder), *words]
        seconds = [stopwatch(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(REPEATS)]  # noqa: B023
        tell(f"rlm-desktop {' '.join(words)}", seconds)


async def engine_start(folder: Path) -> None:
    ready = asyncio.Event()

    def on_message(fact: Fact) -> None:
        if isinstance(fact, EngineReady):
            ready.set()

    command = [sys.executable, "-m", "rlm_desktop", "--engine", "--data-dir", str(folder)]
    client = EngineClient(command, on_message=on_message)
    await client.start()
    await ready.wait()
    measured.append(asyncio.get_running_loop().time())
    await client.close()


measured: list[float] = []


def engine(folder: Path) -> None:
    async def once() -> float:
        begin = asyncio.get_running_loop().time()
        await engine_start(folder)
        return measured[-1] - begin

    tell("engine process, until it is ready", [asyncio.run(once()) for _ in range(REPEATS)])


def child(folder: Path, characters: int) -> None:
    async def once() -> float:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        started = await Child.start(Boot(context="x" * characters), folder)
        seconds = loop.time() - begin
        await started.close()
        return seconds

    tell(f"child, with a context of {characters:,} characters", [asyncio.run(once()) for _ in range(REPEATS)])


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command_line(Path(folder))
        engine(Path(folder))
        child(Path(folder), 1_000)
        child(Path(folder), 10_000_000)


if __name__ == "__main__":
    main()
