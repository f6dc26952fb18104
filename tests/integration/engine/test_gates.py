"""What the quality gates do, and that each can be switched off."""

from rlm_desktop.engine.request import ALL_GATES
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.trace.events import CallStarted, GateSpoke, Noticed, StepStarted, TurnStarted
from rlm_desktop.trace.facts import Limits
from tests.integration.engine.helpers import told
from tests.support.engine_runs import Ran, Stage, answering, block

AT_ONCE = block("answer['content'] = 'from memory'", "answer['ready'] = True")


def gates(ran: Ran) -> list[str]:
    return [gate.gate for gate in ran.of(GateSpoke)]


# Forced exploration


async def test_an_answer_before_looking_is_not_taken(stage: Stage):
    ran = await stage.play([AT_ONCE, block("print(context[:40])"), answering("seen")])

    assert ran.outcome.answer == "seen"
    assert "no code has looked at the context yet" in told(ran, 2)
    assert gates(ran) == ["forced-exploration"]


async def test_a_refused_answer_does_not_come_back_by_itself(stage: Stage):
    ran = await stage.play([AT_ONCE, block("print(context[:40])"), answering("seen")])

    assert len(ran.of(TurnStarted)) == 3


async def test_after_a_refusal_the_next_blocks_still_run(stage: Stage):
    ran = await stage.play([AT_ONCE + "\n" + answering("seen")])

    assert ran.outcome.answer == "seen"
    assert len(ran.of(StepStarted)) == 2


async def test_forced_exploration_can_be_switched_off(stage: Stage):
    ran = await stage.play([AT_ONCE], gates=ALL_GATES - {"forced-exploration"})

    assert ran.outcome.answer == "from memory"


# Quotes


async def test_unmatched_quotes_are_flagged(stage: Stage):
    ran = await stage.play([answering('It says "there was a dragon in the cellar of the tower".')])

    assert gates(ran) == ["quotes"]
    assert ran.one(GateSpoke).text.startswith("1 of 1 quoted passage")
    assert ran.outcome.quotes[0].match == "none"


async def test_the_quotes_gate_can_be_switched_off(stage: Stage):
    quoting = answering('It says "there was a dragon in the cellar of the tower".')

    ran = await stage.play([quoting], gates=ALL_GATES - {"quotes"})

    assert ran.outcome.quotes == ()
    assert ran.outcome.coverage is not None


# The same failing code


async def test_the_same_failing_code_does_not_run_again(stage: Stage):
    ran = await stage.play([block("peek()", "1 / 0"), block("peek()", "1 / 0 "), answering("Ada")])

    assert len(ran.of(StepStarted)) == 2
    assert gates(ran) == ["same-code"]
    assert "it is the very code that just failed" in told(ran, 3)


async def test_the_same_code_runs_again_if_it_did_not_fail(stage: Stage):
    ran = await stage.play([block("peek()"), block("peek()"), answering("Ada")])

    assert len(ran.of(StepStarted)) == 3


async def test_the_same_code_gate_can_be_switched_off(stage: Stage):
    ran = await stage.play([block("1 / 0"), block("1 / 0"), answering("Ada")], gates=ALL_GATES - {"same-code"})

    assert len(ran.of(StepStarted)) == 3


# A stronger root


async def test_after_three_failing_turns_a_stronger_root_takes_over(stage: Stage):
    stronger = ScriptedLM([answering("Ada")], "stronger")

    ran = await stage.play([block(f"1 / 0  # {n}") for n in range(3)], models={"stronger_root": stronger})

    assert ran.outcome.answer == "Ada"
    assert gates(ran) == ["stronger-root"]
    assert [call.model for call in ran.of(CallStarted)] == ["root", "root", "root", "stronger"]


async def test_the_stronger_root_can_be_switched_off(stage: Stage):
    stronger = ScriptedLM([], "stronger")
    replies = [*(block(f"1 / 0  # {n}") for n in range(3)), answering("Ada")]

    await stage.play(replies, models={"stronger_root": stronger}, gates=ALL_GATES - {"stronger-root"})

    assert not stronger.requests


# Worker answers


def asking(call: str) -> str:
    return block(f"out = {call}", "peek()", "answer['content'] = repr(out)", "answer['ready'] = True")


async def test_an_empty_worker_answer_is_asked_again_with_more_room(stage: Stage):
    worker = ScriptedLM(["", "second"], "worker", output_limit_tokens=30_000)

    ran = await stage.play([asking("llm_query('q')")], worker)

    assert ran.outcome.answer == repr("second")
    first, second = (request.output_limit_tokens for request in worker.requests)
    assert (first, second) == (8_192, 30_000)
    assert gates(ran) == ["escalation"]


async def test_a_worker_empty_twice_is_escalated_to_the_root_model(stage: Stage):
    ran = await stage.play([asking("llm_query('q')"), "from the root model"], ["", " \n"])

    assert ran.outcome.answer == repr("from the root model")
    assert [(call.role, call.model) for call in ran.of(CallStarted)] == [
        ("root", "root"),
        ("worker", "worker"),
        ("worker", "worker"),
        ("worker", "root"),
    ]


async def test_an_answer_that_is_never_there_is_an_error_text(stage: Stage):
    ran = await stage.play([asking("llm_query('q')"), ""], ["", ""])

    assert ran.outcome.answer == repr("Error: the reply was empty")
    assert ran.outcome.status == "answered"


async def test_escalation_can_be_switched_off(stage: Stage):
    ran = await stage.play([asking("llm_query('q')")], ["", ""], gates=ALL_GATES - {"escalation"})

    assert ran.outcome.answer == repr("Error: the reply was empty")


async def test_a_schema_gives_a_value(stage: Stage):
    call = "llm_query('q', schema={'type': 'object', 'required': ['n']})"

    ran = await stage.play([asking(call)], ['{"n": 3}'])

    assert ran.outcome.answer == repr({"n": 3})


async def test_a_worker_that_misses_the_schema_is_told_and_asked_again(stage: Stage):
    worker = ScriptedLM(["sorry?", "[1]"], "worker")

    ran = await stage.play([asking("llm_query_batched(['q'], schema={'type': 'array'})")], worker)

    assert ran.outcome.answer == repr([[1]])
    second = worker.requests[1].messages
    assert [message.role for message in second] == ["user", "assistant", "user"]
    assert "not JSON" in second[-1].text


async def test_a_useless_schema_is_an_error_text(stage: Stage):
    worker = ScriptedLM([], "worker")

    ran = await stage.play([asking("llm_query('q', schema={'type': 'nonsense'})")], worker)

    assert "Error: the schema is not valid JSON Schema" in str(ran.outcome.answer)
    assert not worker.requests


# Answers with a schema


async def test_an_answer_with_a_schema_comes_back_parsed(stage: Stage):
    ran = await stage.play([answering('{"keeper": "Ada"}')], answer_schema={"type": "object"})

    assert ran.outcome.parsed == {"keeper": "Ada"}
    assert ran.outcome.status == "answered"


async def test_an_answer_that_misses_the_schema_is_sent_back(stage: Stage):
    ran = await stage.play([answering("Ada"), answering('{"keeper": "Ada"}')], answer_schema={"type": "object"})

    assert ran.outcome.parsed == {"keeper": "Ada"}
    assert "does not satisfy the schema" in told(ran, 2)


async def test_an_answer_that_never_satisfies_the_schema_is_partial(stage: Stage):
    ran = await stage.play([answering("Ada")] * 3, answer_schema={"type": "object"})

    assert ran.outcome.answer == "Ada"
    assert ran.outcome.status == "partial"
    assert ran.outcome.parsed is None
    assert "does not satisfy the schema" in ran.outcome.reason


async def test_a_useless_answer_schema_is_said_at_once(stage: Stage):
    root = ScriptedLM([], "root")

    ran = await stage.play(root, answer_schema={"type": "nonsense"})

    assert ran.outcome.status == "failed"
    assert "not valid JSON Schema" in ran.outcome.reason


async def test_blocks_after_the_answer_do_not_run_and_it_is_said(stage: Stage):
    ran = await stage.play([answering("Ada") + "\n" + block("1 / 0")], limits=Limits())

    assert len(ran.of(StepStarted)) == 1
    assert ran.one(Noticed).text == "Block 2 did not run because the answer was given."
