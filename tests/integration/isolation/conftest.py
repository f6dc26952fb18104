"""The battery's outcomes, each run once for all tests that ask."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.attacks.battery import ATTACKS, key_of

ROOT = Path(__file__).parents[3]
NOBODY = 65_534
SECONDS = 100

Outcome = dict[str, bool]


@pytest.fixture(scope="session")
def battery() -> Iterator["Battery"]:
    """Run attacks in a process of their own, tier by tier, as they are asked for."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Battery(Path(folder))


class Battery:
    """What worked, by tier and user."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.outcome = cache(self._outcome)

    def _outcome(self, tier: str, *, unprivileged: bool = False) -> Outcome:
        python, house = (_python_for_anybody(), self._copied()) if unprivileged else (sys.executable, ROOT)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        if unprivileged:
            os.chown(folder, NOBODY, NOBODY)
        ran = subprocess.run(
            [python, "-m", "tests.support.attacks.battery", tier, folder],
            cwd=house,
            user=NOBODY if unprivileged else None,
            group=NOBODY if unprivileged else None,
            extra_groups=[] if unprivileged else None,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()[-2_000:]
        outcome: Outcome | None = json.loads(ran.stdout)
        if outcome is None:
            pytest.skip(f"this machine has no tier {tier}")
        assert set(outcome) == {key_of(attack) for attack in ATTACKS}
        return outcome

    def _copied(self) -> Path:
        """Give a copy of what the battery needs, where anybody may read it."""
        house = self._folder / "copy"
        if not house.exists():
            (house / "rlm_desktop").mkdir(parents=True)
            for module in ("__init__.py", "processes.py"):
                shutil.copy(ROOT / "rlm_desktop" / module, house / "rlm_desktop")
            for room in ("repl", "confinement", "text"):
                shutil.copytree(ROOT / "rlm_desktop" / room, house / "rlm_desktop" / room)
            shutil.copytree(ROOT / "tests" / "support" / "attacks", house / "tests" / "support" / "attacks")
        return house


def _python_for_anybody() -> str:
    """Find a Python that another user may start."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser can become somebody else")
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            words = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(words, user=NOBODY, group=NOBODY, extra_groups=[], check=False).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("no Python here may be started by another user")
