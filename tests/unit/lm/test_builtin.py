"""The built-in model, prompt by prompt."""

import pytest

from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.lm.builtin_prompts import COUNTS_MARK, PASSAGE_MARK, WORKER_TASK, read_prompt
from rlm_desktop.lm.protocol import ChatMessage, Request, ask_text

PASSAGE = (
    "The harbour lies north of the town. Anna Lindqvist founded the lighthouse society in 1893. It has six members."
    " The lamp uses 1,200 watts."
)
SYSTEM = ChatMessage("system", "Write a fenced block:\n```repl\nprint(1)\n```\n`llm_query_batched(prompts)`")
ALONE = ChatMessage("system", "Write a fenced block:\n```repl\nprint(1)\n```")
FIRST = ChatMessage("user", "Question:\nWho founded the “Lamp” society in 1893?\n\nThe text: 2 documents.")


async def said(*messages: ChatMessage) -> str:
    return (await ExtractiveLM().ask(Request(messages=messages))).text


def worker_prompt(question: str, passage: str = PASSAGE) -> ChatMessage:
    head = f"{WORKER_TASK}\n\nQuestion: {question}\n{COUNTS_MARK}{{'founde': 2}}\n\n"
    return ask_text(f"{head}{PASSAGE_MARK}{passage}")[0]


async def test_a_worker_quotes_the_best_sentence_first_and_word_for_word():
    lines = (await said(worker_prompt("Who founded the society?"))).splitlines()

    assert lines[0] == "> Anna Lindqvist founded the lighthouse society in 1893."
    assert all(line.removeprefix("> ") in PASSAGE for line in lines)


async def test_a_worker_that_finds_nothing_says_so():
    assert (await said(worker_prompt("Which xylophone?"))).startswith("NONE: ")


async def test_a_sentence_that_leans_on_the_one_before_brings_it_along():
    reply = await said(worker_prompt("How many members?"))

    assert reply.startswith("> Anna Lindqvist founded the lighthouse society in 1893. It has six members.")


@pytest.mark.parametrize(
    "prompt",
    [
        f"Answer from the passage. Question: Who founded the society?\n\nPassage:\n{PASSAGE}",
        f"Context:\n{PASSAGE}\n\nQuestion: Who founded the society?",
        f"Who founded the society?\n\n{PASSAGE}",
        f"Read this document excerpt:\n{PASSAGE}\n\nQuery: Who founded the society?\n",
        f"{PASSAGE}\n\nWho founded the society?",
    ],
)
async def test_prompts_that_others_write_are_understood(prompt):
    reply = await said(*ask_text(prompt))

    assert reply.splitlines()[0] == "> Anna Lindqvist founded the lighthouse society in 1893."


async def test_a_direct_question_is_answered_with_the_document_s_name():
    text = f"=== document 1 of 2: a.txt ===\nNothing here.\n\n=== document 2 of 2: b.txt ===\n{PASSAGE}"

    answer = await said(
        ChatMessage("system", "You answer a question."),
        ChatMessage("user", f"{text}\n\n---\nQuestion:\nWho founded the society?"),
    )

    assert answer.startswith("> “Anna Lindqvist founded the lighthouse society in 1893.”\n>\n> — b.txt")
    assert "does not reason" in answer


async def test_the_root_first_looks_and_then_searches_for_the_question_s_words():
    look = await said(SYSTEM, FIRST)
    search = await said(SYSTEM, FIRST, ChatMessage("assistant", look), ChatMessage("user", "Block 1 of 1 ran."))

    assert "```repl\n# Look at the documents\n" in look
    assert "search('founded Lamp society 1893'" in search
    assert "'Lamp'" in search


async def test_the_root_asks_workers_only_where_there_are_workers():
    look = ChatMessage("assistant", await said(SYSTEM, FIRST))
    ran = ChatMessage("user", "Block 1 of 1 ran.")
    search = ChatMessage("assistant", await said(SYSTEM, FIRST, look, ran))
    found = ChatMessage("user", f"Block 1 of 1 ran.\nstdout:\n{COUNTS_MARK}{{'founde': 3}}\nPassages found: 4\n")

    with_workers = await said(SYSTEM, FIRST, look, ran, search, found)
    alone = await said(ALONE, FIRST, look, ran, search, found)

    assert "llm_query_batched(" in with_workers
    assert "founde" in with_workers
    assert "llm_query" not in alone
    assert "# Read the best passages" in alone


async def test_code_that_failed_ends_in_an_answer_that_says_so():
    search = ChatMessage("assistant", "I search.\n\n```repl\n# Search by the question's words\nx\n```")
    failed = ChatMessage("user", "Block 1 of 1 failed (0.1 s).\nMemoryError: too large\n  in line 3")

    reply = await said(SYSTEM, FIRST, search, failed)

    assert 'answer["ready"] = True' in reply
    assert "could not be finished: MemoryError: too large" in reply


async def test_a_run_that_is_ended_early_is_answered_from_the_quotes_so_far():
    check = ChatMessage("assistant", "```repl\n# Keep the quotes that stand in the documents word for word\nx\n```")
    printed = (
        "Block 1 of 1 ran.\nstdout:\n[0] `a.pdf`, page 3, near no other word: “Anna Lindqvist founded the society.”\n"
        "[1] `b.txt`, near founde: “It rains.”\n\nThe run ends here: time. No more code will run."
    )

    answer = await said(SYSTEM, FIRST, check, ChatMessage("user", printed))

    assert answer.startswith("> “Anna Lindqvist founded the society.”\n>\n> — `a.pdf`, page 3")
    assert "```" not in answer


async def test_the_same_prompt_gives_the_same_reply_and_streams_it_whole():
    texts: list[str] = []
    request = Request(messages=(worker_prompt("Who founded the society?"),))

    first = await ExtractiveLM().ask(request)
    second = await ExtractiveLM().ask(request, lambda text, _reasoning: texts.append(text))

    assert first == second
    assert "".join(texts) == first.text
    assert first.cost_nano_usd == 0
    assert first.usage.input_tokens > 50


def test_odd_prompts_are_read_somehow():
    for text in ("", "?", "Question:", "Passage:\n", f"{COUNTS_MARK}{{broken", "\n\n\n"):
        assert read_prompt(ask_text(text)).role == "worker"


async def test_an_empty_prompt_gets_a_reply():
    assert (await said(*ask_text(""))).startswith("NONE")
