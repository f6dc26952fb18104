"""Pipes that no event loop can wait for, as on Windows, carried by threads."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from rlm_desktop.service.pipes import connect_by_threads

MANY = b"x" * 3_000_000


class Ends:
    """The engine's two descriptors, and the window's ends of them."""

    def __init__(self):
        self.commands, self.told = os.pipe()
        self.heard, self.facts = os.pipe()

    def read_all(self):
        with os.fdopen(self.heard, "rb") as pipe:
            return pipe.read()


@pytest.fixture
def ends():
    return Ends()


async def speak_for_ever(writer):
    while True:
        writer.write(MANY)
        await writer.drain()


def tell(descriptor, data):
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(data)


def test_what_is_told_arrives_and_ends(ends):
    async def listen():
        reader, writer = await connect_by_threads(ends.commands, ends.facts)
        telling = asyncio.create_task(asyncio.to_thread(tell, ends.told, MANY))
        heard = await reader.read()
        await telling
        writer.close()
        return heard

    assert asyncio.run(listen()) == MANY
    assert ends.read_all() == b""


def test_what_was_drained_is_out_even_when_the_loop_ends_at_once(ends):
    async def speak():
        _, writer = await connect_by_threads(ends.commands, ends.facts)
        writer.write(MANY)
        await writer.drain()
        writer.close()
        return writer.transport.get_write_buffer_limits()

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(ends.read_all)
        limits = asyncio.run(speak())
        assert reading.result() == MANY
    # What a drain may leave behind is lost only now and then, so this is asked for, too.
    assert limits == (0, 0)
    os.close(ends.told)


def test_a_window_that_is_gone_is_noticed(ends):
    async def speak():
        _, writer = await connect_by_threads(ends.commands, ends.facts)
        os.close(ends.heard)
        with pytest.raises(ConnectionError):
            await speak_for_ever(writer)
        writer.close()

    asyncio.run(speak())
    os.close(ends.told)
