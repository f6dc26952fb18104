"""Asyncio on Qt's loop."""

import asyncio
import weakref

from rlm_desktop.app import loop
from rlm_desktop.app.assembly import make_app


def test_nothing_of_a_loop_outlives_its_run():
    loops = []

    async def main() -> int:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        return 7

    assert loop.run(make_app(), main(), lambda error, where: None) == 7
    assert loops[0]() is None
