"""Runs inside runs."""

import psutil

from rlm_desktop.engine.request import ALL_GATES
from rlm_desktop.lm.protocol import BadKey, Request
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.trace.events import AnswerGiven, CallStarted, RunFinished, RunStarted, StepStarted, SubcallsQueued
from rlm_desktop.trace.facts import Limits
from tests.support.engine_runs import Stage, block

DEEP = Limits(depth=2)


def by_question(**replies: str):
    """Make a root LM that answers each run's turns by a word in its question."""
    turns: dict[str, int] = {}

    def reply(request: Request) -> str:
        question = request.messages[1].text
        word = next(word for word in replies if word in question.partition("The text:")[0])
        turns[word] = turns.get(word, 0) + 1
        return replies[word]

    return ScriptedLM(reply, "root")


PARENT = block("out = rlm_query('inner task', context='a small inner text')", "peek()", "FINAL(out)")


async def test_a_child_run_has_its_own_context_and_events(stage: Stage):
    root = by_question(inner=block("FINAL(context.upper())"), lighthouse=PARENT)

    ran = await stage.play(root, limits=DEEP)

    assert ran.outcome.answer == "A SMALL INNER TEXT"
    top, child = ran.of(RunStarted)
    step = ran.of(StepStarted)[0].step
    assert (top.depth, child.depth) == (0, 1)
    assert child.parent == step
    assert ran.text(child.question) == "inner task"
    assert child.characters == len("a small inner text")
    assert [finished.run for finished in ran.of(RunFinished)] == [child.run, top.run]
    node = ran.trace().nodes[child.run]
    assert node.parent == step
    assert [ran.trace().nodes[below].kind for below in node.children] == ["turn", "answer"]


async def test_root_turns_use_the_root_model_at_every_depth(stage: Stage):
    inner = block("x = llm_query('deep question ' + context)", "FINAL(x)")

    ran = await stage.play(by_question(inner=inner, lighthouse=PARENT), lambda _: "from worker", limits=DEEP)

    assert ran.outcome.answer == "from worker"
    assert [(call.role, call.model) for call in ran.of(CallStarted)] == [
        ("root", "root"),
        ("root", "root"),
        ("worker", "worker"),
    ]


async def test_a_batch_of_child_runs_comes_back_in_order(stage: Stage):
    code = ["out = rlm_query_batched(['inner 0', 'inner 1', 'inner 2'], ['t0', 't1', 't2'])", "peek()"]
    root = by_question(inner=block("FINAL(context + '!')"), lighthouse=block(*code, "FINAL(repr(out))"))

    ran = await stage.play(root, limits=DEEP)

    assert ran.outcome.answer == repr(["t0!", "t1!", "t2!"])
    batch = ran.one(SubcallsQueued)
    children = ran.of(RunStarted)[1:]
    assert {child.batch for child in children} == {batch.batch}
    assert sorted(child.position or 0 for child in children) == [0, 1, 2]


async def test_without_a_context_the_prompt_is_the_context(stage: Stage):
    root = by_question(
        inner=block("FINAL(context)"), lighthouse=block("peek()", "FINAL(rlm_query('inner: read this'))")
    )

    assert (await stage.play(root, limits=DEEP)).outcome.answer == "inner: read this"


async def test_a_long_prompt_is_not_shown_whole_to_the_child(stage: Stage):
    code = block("peek()", "FINAL(rlm_query('inner ' + 'y' * 50_000))")

    ran = await stage.play(by_question(inner=block("FINAL(str(len(context)))"), lighthouse=code), limits=DEEP)

    assert ran.outcome.answer == "50006"
    assert len(ran.text(ran.of(RunStarted)[1].question)) < 3_000


async def test_depth_three_goes_two_runs_down(stage: Stage):
    root = by_question(
        innermost=block("FINAL(context + ' ' + rlm_query('too deep'))"),
        middle=block("FINAL(rlm_query('innermost', context=context + 'c'))"),
        lighthouse=block("peek()", "FINAL(rlm_query('middle', context='b'))"),
    )

    ran = await stage.play(root, lambda _: "worker", limits=Limits(depth=3))

    assert ran.outcome.answer == "bc worker"
    assert [run.depth for run in ran.of(RunStarted)] == [0, 1, 2]


async def test_a_child_run_without_an_answer_is_an_error_text(stage: Stage):
    def reply(request: Request):
        return BadKey("No key.") if "inner" in request.messages[1].text[:30] else PARENT

    ran = await stage.play(ScriptedLM(reply, "root"), limits=DEEP)

    assert ran.outcome.answer == "Error: the child run gave no answer: No key."
    assert [finished.status for finished in ran.of(RunFinished)] == ["failed", "answered"]


async def test_a_child_run_at_its_turn_limit_gives_its_draft(stage: Stage):
    inner = block("answer['content'] = 'draft of ' + context[:7]")

    ran = await stage.play(by_question(inner=inner, lighthouse=PARENT), limits=Limits(depth=2, turns=2))

    assert ran.outcome.answer == "draft of a small"
    assert [answer.partial is None for answer in ran.of(AnswerGiven)] == [False, True]


async def test_the_whole_tree_shares_its_sub_calls(stage: Stage):
    inner = block("FINAL(repr(llm_query_batched(['a ' + context] * 3)))")

    ran = await stage.play(
        by_question(inner=inner, lighthouse=PARENT), lambda _: "ok", limits=Limits(depth=2, sub_calls=3)
    )

    assert str(ran.outcome.answer).count("'ok'") == 2
    assert str(ran.outcome.answer).count("Error: budget") == 1
    assert ran.outcome.status == "partial"


async def test_another_model_can_drive_a_child_run(stage: Stage):
    clever = ScriptedLM([block("FINAL('clever saw ' + context)")], "clever")
    code = block("peek()", "FINAL(rlm_query('inner', context='c', model='clever'))")

    ran = await stage.play([code], limits=DEEP, models={"others": {"clever": clever}})

    assert ran.outcome.answer == "clever saw c"


async def test_child_processes_are_gone_afterwards(stage: Stage):
    code = block("peek()", "FINAL('outer ' + rlm_query('inner', context='x'))")
    root = by_question(inner=block("FINAL('inner')"), lighthouse=code)

    ran = await stage.play(root, limits=DEEP, gates=ALL_GATES - {"forced-exploration"})

    assert ran.outcome.answer == "outer inner"
    assert not _living_children()
    assert not list(stage.scratch.iterdir())


def _living_children() -> list[psutil.Process]:
    """Give this process' children that are still alive; in namespaces a child does not know its own number."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
