"""A child is started ahead, held as any other, and never used unless it waited alive and still."""

import asyncio
import json
import os
import signal

import psutil
import pytest

from rlm_desktop.repl import nursery as nursery_module
from rlm_desktop.repl.host import Boot
from rlm_desktop.repl.nursery import Nursery
from rlm_desktop.repl.sandbox import probe, tiers
from rlm_desktop.repl.sandbox.deciding import Room
from rlm_desktop.repl.sandbox.tiers import RESTRICTED, UNISOLATED
from tests.support.repl import Repl

FULL = tiers.best({})
HELD = {tier.name: tier for tier in (FULL, tiers.best({probe.HIDING: "bwrap"})) if tier.is_confined}
RUNNABLE = {**HELD, **{tier.name: tier for tier in [RESTRICTED] if tiers.best({probe.HIDING: "landlock"}).can_run}}

pytestmark = pytest.mark.skipif(not FULL.can_run, reason="nothing holds a child here")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "warm"
    folder.mkdir()
    return folder


@pytest.fixture
def scratch(tmp_path):
    scratch = tmp_path / "run"
    scratch.mkdir()
    return scratch


def boot_for(tier, context="one\ntwo\n", **more):
    return Boot(context=context, restricted=tier.name == "B", **more)


async def ready(nursery):
    """Warm a process and wait until it has greeted; gives it."""
    nursery.warm()
    return await asyncio.shield(nursery._warming)


async def out_of(child, code):
    try:
        return await Repl(child).out(code)
    finally:
        await child.close()


def was_warm(child, folder):
    return child._folder.path.parent == folder


@pytest.mark.parametrize("tier", RUNNABLE.values(), ids=RUNNABLE.keys())
async def test_the_warm_process_becomes_the_child_and_reads_its_context(folder, scratch, tier):
    nursery = Nursery(folder, tier)
    pid = (await ready(nursery)).link.pid

    child = await nursery.take(boot_for(tier), scratch)

    assert child.pid == pid
    assert was_warm(child, folder)
    assert list(scratch.iterdir()) == []
    assert await out_of(child, "print(context)") == "one\ntwo\n\n"
    await nursery.close()


async def test_earlier_contexts_and_contexts_that_are_no_text_arrive(folder, scratch):
    nursery = Nursery(folder, FULL)
    await ready(nursery)

    child = await nursery.take(boot_for(FULL, {"a": [1]}, earlier_contexts=("first",)), scratch)

    assert await out_of(child, "print(context_0, context)") == "first {'a': [1]}\n"
    await nursery.close()


@pytest.mark.parametrize("tier", HELD.values(), ids=HELD.keys())
async def test_a_taken_child_reads_no_other_files_and_does_not_alter_its_context(folder, scratch, tier):
    nursery = Nursery(folder, tier)
    await ready(nursery)
    secret = scratch / "secret"
    secret.write_text("secret")
    other = folder / "beside"
    other.write_text("secret")
    code = """
def refused(path, mode):
    try:
        open(path, mode).close()
        return False
    except OSError:
        return True
"""
    child = await nursery.take(boot_for(tier), scratch)
    own = f"{child._folder.given}/context_0"
    asked = [(str(secret), "r"), (str(other), "r"), (own, "a"), (own + "_new", "w"), (own, "r")]

    told = await out_of(child, f"{code}\nimport json\nprint(json.dumps([refused(*one) for one in {asked!r}]))")

    assert json.loads(told) == [True, True, True, True, False]
    await nursery.close()


async def test_a_taken_child_that_is_killed_is_replaced_and_still_has_its_context(folder, scratch):
    nursery = Nursery(folder, FULL)
    await ready(nursery)
    child = await nursery.take(boot_for(FULL), scratch)
    os.kill(child.pid, signal.SIGKILL)
    await Repl(child).run("its end may be noticed here only")

    assert await out_of(child, "print(len(context))") == "8\n"
    await nursery.close()


async def test_a_warm_process_that_died_is_replaced_by_a_cold_start(folder, scratch):
    nursery = Nursery(folder, FULL)
    warm = await ready(nursery)
    os.kill(warm.link.pid, signal.SIGKILL)

    child = await nursery.take(boot_for(FULL), scratch)

    assert not was_warm(child, folder)
    assert not warm.folder.path.exists()
    assert await out_of(child, "print(len(context))") == "8\n"
    await nursery.close()


async def test_a_warm_process_that_spoke_is_thrown_away(folder, scratch):
    speaking = "import sys; sys.path.insert(0, {!r})\nfrom rlm_desktop.repl import wire\n"
    speaking += "from rlm_desktop.repl.inside.line import Line\n"
    nursery = Nursery(folder, UNISOLATED)
    warm = await ready(nursery)
    warm.link._frames.feed_data(b"x")
    await asyncio.wait([warm.link._resting])

    child = await nursery.take(boot_for(UNISOLATED), scratch)

    assert child.pid != warm.link.pid
    assert child.tier == FULL
    assert not was_warm(child, folder)
    assert not psutil.pid_exists(warm.link.pid)
    await child.close()
    await nursery.close()


async def test_a_start_ahead_that_failed_costs_nothing_but_time(folder, scratch, monkeypatch, caplog):
    monkeypatch.setattr("rlm_desktop.repl.launching.child_command", lambda: ["/no/such/python"])
    nursery = Nursery(folder, UNISOLATED)
    nursery.warm()
    await asyncio.wait([nursery._warming])
    monkeypatch.undo()

    child = await nursery.take(boot_for(FULL), scratch)

    assert await out_of(child, "print(len(context))") == "8\n"
    assert "could not be started" in caplog.text
    caplog.clear()
    await nursery.close()


async def test_a_context_too_large_for_the_room_in_advance_starts_cold_and_leaves_the_warm_one(
    folder, scratch, monkeypatch
):
    monkeypatch.setattr(nursery_module, "WARM", Room(context_bytes=7, mapped_bytes=7))
    nursery = Nursery(folder, FULL)
    warm = await ready(nursery)

    large = await nursery.take(boot_for(FULL), scratch)
    small = await nursery.take(boot_for(FULL, "seven.."), scratch)

    assert not was_warm(large, folder)
    assert small.pid == warm.link.pid
    await large.close()
    await small.close()
    await nursery.close()


async def test_a_restricted_child_is_never_made_of_another_tiers_process(folder, scratch):
    nursery = Nursery(folder, FULL)
    await ready(nursery)

    child = await nursery.take(Boot(context="", restricted=True), scratch)

    assert child.tier == RESTRICTED
    await child.close()
    await nursery.close()


async def test_two_takes_at_once_give_two_children(folder, scratch):
    nursery = Nursery(folder, FULL)
    await ready(nursery)

    first, second = await asyncio.gather(*(nursery.take(boot_for(FULL, text), scratch) for text in ("a", "b")))

    assert first.pid != second.pid
    assert sorted([was_warm(first, folder), was_warm(second, folder)]) == [False, True]
    assert [await out_of(first, "print(context)"), await out_of(second, "print(context)")] == ["a\n", "b\n"]
    await nursery.close()


async def test_after_a_take_the_next_one_is_warmed(folder, scratch):
    nursery = Nursery(folder, FULL)
    await ready(nursery)
    first = await nursery.take(boot_for(FULL), scratch)
    await ready(nursery)

    second = await nursery.take(boot_for(FULL), scratch)

    assert was_warm(second, folder)
    await first.close()
    await second.close()
    await nursery.close()


@pytest.mark.parametrize("is_ready", [True, False])
async def test_closing_leaves_no_process_and_no_folder(folder, is_ready):
    nursery = Nursery(folder, FULL)
    before = set(psutil.Process().children(recursive=True))
    nursery.warm()
    if is_ready:
        await ready(nursery)

    await nursery.close()
    nursery.warm()

    assert set(psutil.Process().children(recursive=True)) <= before
    assert not folder.exists()
    assert nursery._warming is None


async def test_a_take_that_is_cancelled_leaves_no_process_but_the_next_warm_one(folder, scratch):
    nursery = Nursery(folder, FULL)
    before = set(psutil.Process().children(recursive=True))
    nursery.warm()
    taking = asyncio.create_task(nursery.take(boot_for(FULL), scratch))
    while nursery._warming is not None:  # noqa: ASYNC110 - until it is claimed
        await asyncio.sleep(0)

    taking.cancel()
    await asyncio.wait([taking])

    assert taking.cancelled()
    await ready(nursery)
    assert len(list(folder.iterdir())) == 1
    await nursery.close()
    assert set(psutil.Process().children(recursive=True)) <= before
