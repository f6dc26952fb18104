"""Model code asks the worker LM and child runs."""

from pathlib import Path

import pytest

from tests.support.repl import EchoAnswerer, open_repl, until


@pytest.fixture
async def deep(tmp_path):
    async with open_repl(tmp_path, with_child_runs=True) as repl:
        yield repl


async def test_llm_query_gives_the_reply(repl):
    assert await repl.out("print(llm_query('hello'))") == "HELLO\n"
    assert repl.answerer.asked[0].function == "llm_query"
    assert repl.answerer.asked[0].contexts == ()


async def test_llm_query_batched_keeps_the_order(repl):
    out = await repl.out("print(llm_query_batched([f'p{n}' for n in range(5)]))")

    assert out == "['P0', 'P1', 'P2', 'P3', 'P4']\n"
    assert len(repl.answerer.asked) == 1


async def test_the_other_names_are_the_same_functions(repl):
    assert await repl.out("print(llm_call is llm_query, llm_batch is llm_query_batched)") == "True True\n"


async def test_model_and_schema_go_to_the_host_and_a_parsed_value_comes_back(repl):
    repl.answerer.reply = lambda prompt: {"count": 3}

    out = await repl.out("r = llm_query('count', model='big', schema={'type': 'object'})\nprint(r['count'] + 1)")

    assert out == "4\n"
    assert repl.answerer.asked[0].model == "big"
    assert repl.answerer.asked[0].schema == {"type": "object"}


async def test_a_schema_goes_with_a_batch(repl):
    await repl.out("llm_query_batched(['a', 'b'], schema={'type': 'array'})")

    assert repl.answerer.asked[0].schema == {"type": "array"}


async def test_errors_come_back_as_text_in_their_slot(repl):
    repl.answerer.reply = lambda prompt: "Error: budget used up" if prompt == "b" else prompt

    assert await repl.out("print(llm_query_batched(['a', 'b', 'c']))") == "['a', 'Error: budget used up', 'c']\n"


@pytest.mark.parametrize("argument", ["'a single text'", "b'bytes'", "None", "5", "{'a': 1}"])
async def test_a_batch_that_is_no_list_is_an_error_text(repl, argument):
    out = await repl.out(f"r = llm_query_batched({argument})\nprint(len(r), r[0])")

    assert out.startswith("1 Error: prompts must be a list of texts")
    assert repl.answerer.asked == []


async def test_any_iterable_of_prompts_is_taken(repl):
    assert await repl.out("print(llm_query_batched(p for p in ('x', 'y')))") == "['X', 'Y']\n"


async def test_an_empty_batch_asks_nothing(repl):
    assert await repl.out("print(llm_query_batched([]))") == "[]\n"
    assert repl.answerer.asked == []


async def test_a_slot_that_is_no_text_holds_its_own_error(repl):
    out = await repl.out("for r in llm_query_batched(['a', 5, '', 'b']): print(r)")

    lines = out.splitlines()
    assert (lines[0], lines[3]) == ("A", "B")
    assert lines[1].startswith("Error: a prompt must be text, not int")
    assert lines[2] == "Error: the prompt is empty."
    assert repl.answerer.asked[0].prompts == ("a", "b")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("llm_query(['a'])", "Error: a prompt must be text, not list"),
        ("llm_query('  ')", "Error: the prompt is empty."),
        ("llm_query('a', model=3)", "Error: model must be a model's name"),
        ("llm_query('a', schema='object')", "Error: schema must be a JSON Schema"),
        ("llm_query('a', schema={'x': {1, 2}})", "Error: this cannot be sent"),
        ("llm_query('x' * 70_000_000)", "Error: the prompts cannot be sent together"),
    ],
)
async def test_wrong_arguments_become_error_texts(repl, call, error):
    assert (await repl.out(f"print({call})")).startswith(error)


async def test_the_line_of_the_call_is_known(repl):
    await repl.out("def ask(p):\n    return llm_query(p)", "x = 1\nask('a')\nfor p in 'bc':\n    llm_query(p)")

    assert [asked.line for asked in repl.answerer.asked] == [2, 4, 4]


async def test_the_line_is_that_of_the_statement_also_from_threads(repl):
    code = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    rs = list(pool.map(llm_query, 'ab'))
"""
    await repl.out(code)

    assert [asked.line for asked in repl.answerer.asked] == [4, 4]


async def test_many_threads_ask_at_once(repl):
    repl.answerer.seconds = 0.05
    code = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(32) as pool:
    print(list(pool.map(llm_query, [f'p{n}' for n in range(96)])) == [f'P{n}' for n in range(96)])
"""

    assert await repl.out(code) == "True\n"
    assert repl.answerer.peak == 32


async def test_async_code_asks(repl):
    code = """
import asyncio
async def one(p):
    return await asyncio.to_thread(llm_query, p)
print(await asyncio.gather(*[one(p) for p in 'abc']), llm_query('d'))
"""

    assert await repl.out(code) == "['A', 'B', 'C'] D\n"


async def test_a_big_batch_goes_through(repl):
    out = await repl.out("r = llm_query_batched(['x' * 10_000] * 1_000)\nprint(len(r), len(r[0]))")

    assert out == "1000 10000\n"


async def test_budget_is_asked_of_the_host(repl):
    assert await repl.out("llm_query('a')\nprint(budget())") == "{'calls': {'spent': 1, 'left': 7}}\n"


async def test_what_was_printed_before_a_call_is_shown_before_it(repl):
    seen = []
    repl.answerer.reply = lambda prompt: seen.append("asked") or prompt

    await repl.run("print('first')\nllm_query('a')", on_output=lambda stream, text: seen.append(text))

    assert seen == ["first\n", "asked"]


async def test_a_child_run_gets_its_context(deep):
    await deep.out(
        "rlm_query('sum', context={'a': [1, (2,)]}, model='m')\nrlm_query('x')\nrlm_query('d', documents[0])"
    )

    first, second, third = deep.answerer.asked
    assert (first.function, first.prompts, first.model) == ("rlm_query", ("sum",), "m")
    assert first.contexts == ({"a": [1, [2]]},)
    assert second.contexts == (None,)
    assert third.contexts == ("one\ntwo\nthree\n",)


async def test_child_runs_are_asked_many_at_once(deep):
    await deep.out("rlm_query_batched(['a', 'b'], ['ca', 'cb'])\nrlm_query_batched(['a', 'b'], 'shared')")

    assert deep.answerer.asked[0].contexts == ("ca", "cb")
    assert deep.answerer.asked[1].contexts == ("shared", "shared")


async def test_contexts_that_do_not_match_the_prompts_are_an_error_text(deep):
    out = await deep.out("print(rlm_query_batched(['a', 'b'], ['only one']))")

    assert "1 contexts for 2 prompts" in out
    assert deep.answerer.asked == []


async def test_where_depth_ends_rlm_query_is_a_worker_call(repl):
    await repl.out("rlm_query('sum', 'numbers')\nrlm_query_batched(['a', 'b'], ['ca', 'cb'])")

    one, many = repl.answerer.asked
    assert (one.function, one.prompts) == ("llm_query", ("sum\n\nContext:\nnumbers",))
    assert (many.function, many.prompts) == ("llm_query_batched", ("a\n\nContext:\nca", "b\n\nContext:\ncb"))


async def test_a_thread_that_outlives_its_block_gets_an_error_text(repl):
    out = await repl.out("""
import os, threading, time
def work():
    while not os.path.exists('go'): time.sleep(0.005)
    reply = llm_query('late')
    open('new', 'w').write(reply)
    os.rename('new', 'late')
threading.Thread(target=work).start()
print(os.getcwd())
""")
    folder = Path(out.strip())

    (folder / "go").touch()
    await until((folder / "late").exists)

    assert (folder / "late").read_text().startswith("Error: no block is running")


async def test_a_call_that_is_still_waiting_when_its_block_ends_is_cancelled(repl):
    repl.answerer.seconds = 60
    await repl.out("""
import threading, time
replies = []
thread = threading.Thread(target=lambda: replies.append(llm_query('slow'))); thread.start()
time.sleep(0.2)
""")

    assert repl.answerer.cancelled == 1
    assert (await repl.out("thread.join()\nprint(replies[0])")).startswith("Error: no block is running")


async def test_what_the_answerer_raises_is_raised_by_run_block_and_the_next_block_runs(repl):
    class Broken(EchoAnswerer):
        async def answer(self, asked):
            raise LookupError("a defect of the host")

    await repl.out("kept = 1")
    with pytest.raises(LookupError, match="a defect"):
        await repl.run("lost = 2\nllm_query('a')", answerer=Broken())

    assert await repl.out("print(kept, 'lost' in globals())") == "1 False\n"


async def test_a_process_that_model_code_forks_cannot_speak_for_the_child(unisolated):
    out = await unisolated.out("""
import os
pid = os.fork()
if pid == 0:
    print('from the copy', llm_query('from the copy'))
else:
    os.waitpid(pid, 0)
    print('from the child')
""")

    assert out == "from the child\n"
    assert unisolated.answerer.asked == []
    assert await unisolated.out("print('alive')") == "alive\n"
