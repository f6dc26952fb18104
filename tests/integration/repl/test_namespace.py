"""One module-like namespace in a process of its own."""

import os

from rlm_desktop.repl.sandbox.tiers import UNISOLATED
from tests.support.repl import open_repl


async def test_functions_see_globals_that_come_later(repl):
    assert await repl.out("def f(): return later", "later = 5", "print(f())") == "5\n"


async def test_global_and_del_work(repl):
    out = await repl.out(
        "n = 1\ndef grow():\n    global n\n    n += 1\ngrow()", "print(n)\ndel n", "print('n' in globals())"
    )

    assert out == "False\n"


async def test_names_bound_before_an_exception_stay(repl):
    failed = await repl.run("kept = 42\n1 / 0\nnever = 1")

    assert failed.report.error.type == "ZeroDivisionError"
    assert await repl.out("print(kept, 'never' in globals())") == "42 False\n"


async def test_underscore_names_persist(repl):
    assert await repl.out("_hidden = 1\n__more = 2", "print(_hidden, __more)") == "1 2\n"


async def test_classes_comprehensions_and_builtins_work(repl):
    code = """
from dataclasses import dataclass
import typing
@dataclass
class Point:
    x: int
    y: 'int' = 2
print(Point(1), typing.get_type_hints(Point)['y'], sorted(k for k in {3, 1}), len(dir(__builtins__)) > 100)
"""

    assert await repl.out(code) == "Point(x=1, y=2) <class 'int'> [1, 3] True\n"


async def test_own_classes_can_be_pickled(repl):
    code = "import pickle\nclass A:\n    v = 1\nprint(pickle.loads(pickle.dumps(A())).v)"

    assert await repl.out(code) == "1\n"


async def test_a_main_guard_runs(repl):
    assert await repl.out("if __name__ == '__main__':\n    print('main')") == "main\n"


async def test_a_bare_last_expression_is_not_echoed(repl):
    assert await repl.out("1 + 1\n'text'") == ""


async def test_an_empty_block_does_nothing(repl):
    ran = await repl.run("")

    assert (ran.out, ran.report.error) == ("", None)


async def test_top_level_await_works_and_its_loop_lives_on(repl):
    await repl.out("import asyncio\nlock = asyncio.Lock()\nawait lock.acquire()")

    assert await repl.out("await asyncio.sleep(0)\nprint(lock.locked())\nlock.release()") == "True\n"


async def test_asyncio_run_works_before_and_after_top_level_await(repl):
    await repl.out("import asyncio\nasync def f(): return 3\nprint(asyncio.run(f()))", "await f()")

    assert await repl.out("print(asyncio.run(f()), await f())".replace("await f()", "4")) == "3 4\n"
    assert await repl.out("print(await f())") == "3\n"


async def test_input_fails_at_once_with_a_clear_error(repl):
    ran = await repl.run("name = input('Your name? ')")

    assert ran.report.error.type == "RuntimeError"
    assert "nobody is there to type" in ran.report.error.message
    assert ran.report.error.line == 1


async def test_reading_stdin_gives_nothing(repl):
    assert await repl.out("import sys\nprint(repr(sys.stdin.read()))") == "''\n"


async def test_sys_exit_ends_only_the_block(repl):
    ran = await repl.run("import sys\nprint('before')\nsys.exit('enough')\nprint('after')")

    assert (ran.out, ran.err, ran.report.error, ran.report.killed) == ("before\n", "enough\n", None, False)
    assert await repl.out("raise SystemExit(3)", "print('alive')") == "alive\n"


async def test_exit_and_quit_end_only_the_block(repl):
    assert await repl.out("exit()", "quit()", "print('alive')") == "alive\n"


async def test_a_base_exception_ends_only_the_block(repl):
    ran = await repl.run("class Odd(BaseException): pass\nraise Odd('x')")

    assert ran.report.error.type == "Odd"
    assert await repl.out("print('alive')") == "alive\n"


async def test_reserved_names_are_restored_before_every_step(repl):
    names = """context documents llm_query llm_query_batched rlm_query rlm_query_batched llm_call llm_batch peek grep
        search SHOW_VARS budget answer FINAL FINAL_VAR history""".split()  # noqa: SIM905
    await repl.out(f"before = {{n: globals()[n] for n in {names}}}\nfor n in before: globals()[n] = None")

    out = await repl.out("print([n for n in before if n != 'answer' and globals()[n] is not before[n]], type(answer))")

    assert out == "[] <class 'dict'>\n"


async def test_deleted_reserved_names_come_back(repl):
    assert await repl.out("del context, grep, answer", "print(context[:3], callable(grep), answer)") == (
        "one True {'content': '', 'ready': False}\n"
    )


async def test_the_working_folder_is_private_and_empty(repl, tmp_path):
    out = await repl.out("import os\nprint(os.getcwd(), os.listdir(), os.path.expanduser('~') == os.getcwd())")

    folder, rest = out.split(" ", 1)
    assert folder.startswith(str(tmp_path))
    assert rest == "[] True\n"


async def test_no_key_reaches_the_child(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    async with open_repl(tmp_path, tier=UNISOLATED) as repl:
        out = await repl.out("import os\nprint(dict(os.environ), open('/proc/self/environ').read())")

    assert "sk-secret" not in out
    assert os.environ["OPENAI_API_KEY"] == "sk-secret"


async def test_without_subcalls_the_asking_functions_do_not_exist(tmp_path):
    async with open_repl(tmp_path, with_subcalls=False) as repl:
        ran = await repl.run("print(grep('two')[0].line, callable(budget))\nllm_query('x')")

    assert ran.out == "2 True\n"
    assert ran.report.error.message == "name 'llm_query' is not defined"


async def test_history_is_given_and_stays_until_it_is_replaced(repl):
    await repl.run("pass", history=[{"turn": 1, "code": "x"}])

    assert await repl.out("print(history)") == "[{'turn': 1, 'code': 'x'}]\n"


async def test_earlier_contexts_have_numbers(tmp_path):
    async with open_repl(tmp_path, earlier_contexts=("first", ["a", 1])) as repl:
        assert await repl.out("print(context_0, context_1, 'context_2' in globals())") == "first ['a', 1] False\n"


async def test_show_vars_lists_names_types_and_sizes(repl):
    out = await repl.out("import re\nxs = [1, 2]\ntext = 'abc'\nprint(SHOW_VARS())")

    assert out == "xs: list, list of 2\ntext: str, 3 characters\n"


async def test_a_variable_is_given_as_text(repl):
    await repl.out("result = {'a': 1}\nclass Bad:\n    def __str__(self): raise ValueError\nbad = Bad()")

    assert await repl.child.value_of("result") == "{'a': 1}"
    assert await repl.child.value_of("missing") is None
    assert await repl.child.value_of("bad") is None
    assert await repl.child.value_of("context") is None
    assert await repl.out("print('alive')") == "alive\n"


async def test_the_draft_is_the_value_of_answer(repl):
    await repl.out("answer['content'] = 'a draft'")

    assert await repl.child.value_of("answer") == "a draft"


async def test_text_that_utf8_cannot_hold_is_printed_with_question_marks(repl):
    assert await repl.out("print('a' + chr(0xd800) + '\U0001f600')") == "a?\U0001f600\n"


async def test_process_pools_work_where_processes_are_allowed(unisolated):
    code = """
from concurrent.futures import ProcessPoolExecutor
def square(n): return n * n
with ProcessPoolExecutor(2) as pool: print(list(pool.map(square, range(4))))
"""

    assert await unisolated.out(code) == "[0, 1, 4, 9]\n"
    assert await unisolated.out("print('alive')") == "alive\n"


async def test_the_must_work_set_of_the_standard_library_works(repl):
    code = """
import sqlite3, asyncio, tempfile, zipfile, csv, re, json, dataclasses, statistics, decimal, mmap
db = sqlite3.connect(':memory:')
db.execute('create virtual table t using fts5(x)')
db.execute("insert into t values ('needle in hay')")
with tempfile.TemporaryFile() as f:
    f.write(b'x' * 4096); f.flush()
    mapped = mmap.mmap(f.fileno(), 0)
    print(db.execute("select x from t where t match 'needle'").fetchall(), len(mapped), statistics.mean([1, 3]))
"""

    assert await repl.out(code) == "[('needle in hay',)] 4096 2\n"
