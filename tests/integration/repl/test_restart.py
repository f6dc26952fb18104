"""What a new child has of the one it replaces, and what is said to be lost."""

import asyncio

import pytest

from rlm_desktop.repl import booting
from tests.support.repl import open_repl

DIE = "import os\nos._exit(7)"


async def test_plain_data_is_back_after_a_kill(repl):
    await repl.out("""
from collections import Counter, defaultdict, deque
data = {'a': [1, 2.5, None, True], 3: ('x', {4, 5})}
counts = Counter('aab'); groups = defaultdict(list, {'k': [1]}); queue = deque([1, 2])
raw = b'\\x00\\xff'; big = 7 ** 9_000; text = 'ä' * 10
""")

    ran = await repl.run(DIE)

    assert ran.report.lost == ("os",)
    out = await repl.out("""
print(data == {'a': [1, 2.5, None, True], 3: ('x', {4, 5})}, type(data[3]), counts, groups['new'], queue, raw)
print(big == 7 ** 9_000, text == 'ä' * 10)
""")
    assert out.splitlines() == [
        "True <class 'tuple'> Counter({'a': 2, 'b': 1}) [] deque([1, 2]) b'\\x00\\xff'",
        "True True",
    ]


async def test_imports_functions_and_classes_are_back(repl):
    await repl.out(
        "import json as j, os.path, re\nfrom collections import OrderedDict as OD\nrule = re.compile('a+', re.I)",
        """
from dataclasses import dataclass
from functools import lru_cache
LIMIT = 10
@dataclass
class Item:
    name: str
    def twice(self): return double(self.name)
def double(x, n=LIMIT): return x * 2
@lru_cache
def cached(x): return x + LIMIT
short = lambda x: x - 1
same = double
items = [Item('a'), Item('b')]
""",
    )

    ran = await repl.run(DIE)

    assert ran.report.lost == ()
    out = await repl.out(
        "print(j.dumps([1]), os.path.sep, OD, rule.search('xA').group(), double(4), cached(1), short(1))\n"
        "print(same is double, items, items[0].twice(), isinstance(items[0], Item))"
    )
    assert out.splitlines() == [
        "[1] / <class 'collections.OrderedDict'> A 8 11 0",
        "True [Item(name='a'), Item(name='b')] aa True",
    ]


async def test_documents_context_and_hits_are_back(repl):
    await repl.out("doc = documents[0]; docs = documents; whole = context; hits = grep('two')")
    await repl.run(DIE)

    out = await repl.out("print(doc is documents[0], docs is documents, whole is context, hits[0].line, hits)")

    assert out == "True True True 2 [context line 2 offset 4] one two three\n"


async def test_exactly_what_cannot_be_kept_is_named(repl):
    await repl.out("""
keep = 1
file = open('f', 'w'); generator = (x for x in 'ab'); nested = {'deep': [object()]}
import threading
lock = threading.Lock()
def make(): return lambda: 5
closure = make()
""")

    ran = await repl.run(DIE)

    assert ran.report.lost == ("closure", "file", "generator", "lock", "nested", "os")
    assert await repl.out(f"print([n for n in {ran.report.lost} if n in globals()])") == "[]\n"
    assert await repl.out("print(keep)") == "1\n"


async def test_names_of_the_killed_block_are_lost(repl):
    await repl.out("old = [1]")

    ran = await repl.run(
        "old.append(2)\nfresh = 1\nfor n in range(3): pass\nasync def g(): inner = 1\nwith open('x', 'w') as f: pass\n"
        + DIE
    )

    assert ran.report.killed
    assert ran.report.lost == ("f", "fresh", "g", "n", "os")
    assert "values they had before this block" in ran.report.killed_reason
    assert await repl.out("print(old)") == "[1]\n"


async def test_deleted_names_are_not_lost(repl):
    await repl.out("a = 1; b = object()", "del b")

    ran = await repl.run(DIE)

    assert ran.report.lost == ("os",)


async def test_names_lost_once_are_not_lost_again(repl):
    await repl.out("thing = object()")
    await repl.run(DIE)

    assert (await repl.run("print(1)\n" + DIE)).report.lost == ("os",)


async def test_values_too_big_to_keep_are_lost_and_the_others_stay(repl):
    await repl.out("small = 'kept'\nbig = ['x' * 1_000_000 + str(n) for n in range(50)]\nlast = 'kept too'")

    ran = await repl.run(DIE)

    assert ran.report.lost == ("big", "os")
    assert await repl.out("print(small, last)") == "kept kept too\n"


async def test_a_name_that_was_a_function_and_is_data_now_is_data_again(repl):
    await repl.out("def f(): return 1", "f = 'data'", "def g(): return f\ng2 = g")
    await repl.run(DIE)

    assert await repl.out("print(f, g(), g2 is g)") == "data data True\n"


async def test_the_newest_definition_counts(repl):
    await repl.out("def f(): return 'old'", "def f(): return 'new'")
    await repl.run(DIE)

    assert await repl.out("print(f())") == "new\n"


async def test_definitions_of_a_failing_block_are_kept_too(repl):
    await repl.run("def f(): return 'defined'\n1 / 0\ndef never(): pass")
    ran = await repl.run(DIE)

    assert ran.report.lost == ("os",)
    assert await repl.out("print(f(), 'never' in globals())") == "defined False\n"


async def test_tracebacks_of_functions_that_are_back_show_their_lines(repl):
    await repl.out("\n\ndef f():\n    return 1 / 0")
    await repl.run(DIE)

    error = (await repl.run("f()")).report.error

    assert 'File "<block 1>", line 4, in f\n    return 1 / 0' in error.traceback
    assert 'File "<block 3>", line 1' in error.traceback


async def test_a_second_kill_keeps_what_the_first_one_kept(repl):
    await repl.out("def f(): return x\nx = [1]")
    await repl.run(DIE)
    await repl.out("y = 2")
    await repl.run(DIE)

    assert await repl.out("print(f(), y)") == "[1] 2\n"


async def test_the_draft_and_the_history_survive_a_kill(repl):
    await repl.run("answer['content'] = 'so far'", history=[{"turn": 1}])

    ran = await repl.run(DIE)

    assert ran.report.draft == "so far"
    assert await repl.out("print(answer, history)") == "{'content': 'so far', 'ready': False} [{'turn': 1}]\n"


async def test_a_draft_that_was_an_answer_survives_a_kill(repl):
    await repl.run("FINAL('given')")

    assert (await repl.run(DIE)).report.draft == "given"


async def test_after_cancelling_the_next_block_has_what_was_kept_and_says_what_was_lost(repl):
    await repl.out("kept = 1; thing = object()")
    started = asyncio.Event()
    code = "made = 1\nprint('on')\nwhile True: pass"
    running = asyncio.create_task(repl.run(code, on_output=lambda stream, text: started.set()))
    await started.wait()
    running.cancel()
    await asyncio.wait([running])

    ran = await repl.run("print(kept)")

    assert ran.out == "1\n"
    assert ran.report.lost == ("made", "thing")
    assert ran.report.killed is False


async def test_printing_while_definitions_are_brought_back_shows_nothing(repl):
    await repl.out("class C:\n    print('body')")
    await repl.run(DIE)

    assert await repl.out("print(C.__name__)") == "C\n"


async def test_a_definition_that_fails_the_second_time_is_lost(repl):
    await repl.out("import os\nonce = os.path.exists('flag')\nclass C:\n    x = 1 / (not os.path.exists('flag'))")
    await repl.out("open('flag', 'w').close()")

    ran = await repl.run("import sys\nos._exit(1)")

    assert ran.report.lost == ("C", "sys")


async def test_a_namespace_that_cannot_be_brought_back_is_given_up(repl, monkeypatch):
    monkeypatch.setattr(booting, "START_SECONDS", 1.0)
    await repl.out("import os, time\nkept = 1\nclass C:\n    while os.path.exists('flag'): time.sleep(0.01)")
    await repl.out("open('flag', 'w').close()")

    ran = await repl.run("os._exit(1)")

    assert ran.report.killed
    assert {"C", "kept"} <= set(ran.report.lost)
    assert await repl.out("print('alive')") == "alive\n"


async def test_a_child_that_dies_between_two_blocks_is_replaced(repl):
    await repl.out("kept = 1")
    await repl.out("import os, threading\nthreading.Timer(0.05, os._exit, [0]).start()")
    link = repl.child._link
    async with asyncio.timeout(10):
        await link._process.wait()

    assert await repl.out("print(kept)") == "1\n"


async def test_without_room_on_the_disk_everything_is_lost_and_named(repl):
    await repl.out("import os, resource\nx = 1")
    await repl.out("import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
                   "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\ny = 2")  # fmt: skip

    ran = await repl.run("os._exit(1)")

    assert {"x", "y"} <= set(ran.report.lost)


@pytest.mark.parametrize("context", [["a", {"b": 1}], {"k": "v"}])
async def test_a_context_that_is_no_text_is_back_too(tmp_path, context):
    async with open_repl(tmp_path, context=context) as repl:
        await repl.out("mine = context")
        await repl.run(DIE)

        assert await repl.out("print(mine is context, context)") == f"True {context}\n"
