"""The real `rlm-desktop` command, started as a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = str(Path(sys.executable).with_name("rlm-desktop"))
_PATIENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the command wrote and left with."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Calls the command with one data folder."""

    data_dir: Path

    def __call__(self, *words: object, **variables: str) -> Said:
        process = self.start(*words, **variables)
        return self.end(process)

    def start(self, *words: object, **variables: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "RLM_DESKTOP_DATA_DIR": str(self.data_dir), "COLUMNS": "120", **variables}
        return subprocess.Popen(
            [COMMAND, *(str(word) for word in words)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def end(self, process: subprocess.Popen[str]) -> Said:
        try:
            out, err = process.communicate(timeout=_PATIENCE_SECONDS)
        finally:
            process.kill()
            process.communicate()
        return Said(process.returncode, out, err)
