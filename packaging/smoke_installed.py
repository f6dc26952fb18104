"""One installation of the app, and how the smoke test starts it: as a user who owns nothing, here or in a chroot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 180.0
NOBODY = 65534


class Failed(Exception):
    """The bundle does not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Paths are as the app sees them; below `root`, where there is one."""

    title: str
    program: str
    folder: str
    home: str
    """Where the user may write: data, and the documents that are asked about."""
    documents: str
    root: Path | None = None
    language: str = ""
    is_me: bool = False
    """Whether the one who tries it is its user, and not somebody who owns nothing."""

    def run(self, *words: str, **variables: str) -> str:
        """Run a command to its end; gives what it wrote, raises Failed when that was a complaint."""
        with self.started(*words, **variables) as process:
            out, complaint = process.communicate(timeout=PATIENCE_SECONDS)
        if process.returncode != 0:
            raise Failed(f"{self.title}: `{' '.join(words)[:80]}` ended with {process.returncode}: {complaint[-600:]}")
        return out

    def told(self, *words: str, **variables: str) -> Any:
        """Run a command that answers in JSON."""
        return json.loads(self.run(*words, "--json", **variables))

    @contextmanager
    def started(self, *words: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """Start the app, and see to it that it has ended."""
        # Processes of ours end when their standard input does, so it stays open until the end.
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [*self._entering(), self.program, *words],
            env=self._environment(variables),
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **self._user(),
        )
        os.close(reading)
        try:
            yield process
        finally:
            os.close(writing)
            process.kill()
            process.communicate()

    def outside(self, path: str) -> Path:
        """Give where a path of the app's lies for us."""
        return Path(path) if self.root is None else self.root / path.lstrip("/")

    def can_write(self, path: str) -> bool:
        """Tell whether the app's user may write there."""
        asking = [*self._entering(), "/usr/bin/test", "-w", path]
        return subprocess.run(asking, check=False, **self._user()).returncode == 0

    def _entering(self) -> list[str]:
        chroot = shutil.which("chroot") or "/usr/sbin/chroot"
        return [] if self.root is None else [chroot, f"--userspec={NOBODY}:{NOBODY}", str(self.root)]

    def _user(self) -> dict[str, Any]:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        is_another = is_root and self.root is None and not self.is_me
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if is_another else {}

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        kept = ("SYSTEMROOT", "TEMP", "TMP", "LOCALAPPDATA", "APPDATA", "USERPROFILE") if os.name == "nt" else ()
        own = {"PATH": "/usr/bin:/bin", "HOME": self.home, "RLM_DESKTOP_DATA_DIR": f"{self.home}/data", **variables}
        language = {"LANG": self.language} if self.language else {}
        return {**{name: os.environ[name] for name in kept if name in os.environ}, **language, **own}


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Measure what is done inside; the list then holds its seconds."""
    seconds: list[float] = []
    begin = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - begin)
