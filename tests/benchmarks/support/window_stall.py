"""Asks in a real window with a real engine, offscreen, and prints the longest time in which the window did nothing."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from PySide6.QtCore import QObject, QTimer, Slot

from rlm_desktop.settings.preferences import Preferences
from tests.support.window import Driver, play

TICK_MS = 5


class Ticks(QObject):
    """Notes how late each tick comes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last - TICK_MS / 1000)
        self._last = now


def main(base_url: str, folder: Path, concurrency: int) -> None:
    (folder / "text.txt").write_text("The dues were raised again in the spring. " * 1_000)
    chosen = Preferences(
        root="root-model",
        worker="worker-model",
        base_url=base_url,
        strategy="rlm",
        concurrency=concurrency,
        ask_above_usd=None,
        ask_above_calls=None,
    )
    told: dict[str, object] = {}

    async def story(driver: Driver) -> None:
        await driver.connected()
        driver.parts.asking.give([str(folder / "text.txt")])
        await driver.documents_read()
        await asyncio.sleep(1.0)
        driver.type_question("How many are right?")
        ticks = Ticks(driver.window)
        begin = time.perf_counter()
        driver.press_ctrl_enter()
        await driver.until(lambda: driver.parts.asking.is_running, "the run began")
        await driver.run_ended()
        gaps = sorted(ticks.gaps)
        told.update(longest_ms=gaps[-1] * 1000, p99_ms=gaps[int(len(gaps) * 0.99)] * 1000)
        told["seconds"] = time.perf_counter() - begin

    play(folder / "data", story, chosen)
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
