"""The client works on the window's own loop."""

import qasync
from PySide6.QtWidgets import QApplication

from rlm_desktop.service.messages import RunEnded
from tests.support.engine_process import EngineProcess


def test_a_run_goes_up_to_a_window_on_its_own_loop(qapp: QApplication, data_dir, documents):
    async def ask():
        async with EngineProcess(data_dir) as engine:
            run = engine.start_run(documents)
            await engine.hear(RunEnded, run=run)
            return engine.entries(run)

    with qasync.QEventLoop(qapp) as loop:
        entries = loop.run_until_complete(ask())

    assert entries[-1].event.status == "answered"
