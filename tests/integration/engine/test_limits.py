"""Where runs stop by themselves, and what becomes of their answers."""

from dataclasses import replace

import pytest

from rlm_desktop.lm.protocol import Reply, StreamCut
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    LimitReached,
    Noticed,
    StepFinished,
    TurnStarted,
)
from rlm_desktop.trace.facts import Limits, Usage
from tests.integration.engine.helpers import DRAFT, LOOK, roles
from tests.support.engine_runs import Stage, answering, block

# Turns


async def test_at_the_turn_limit_the_root_is_asked_for_a_last_answer(stage: Stage):
    ran = await stage.play([LOOK, LOOK, "Ada, I think."], limits=Limits(turns=2))

    assert ran.outcome.status == "partial"
    assert ran.outcome.answer == "Ada, I think."
    assert ran.outcome.reason == "the limit of 2 turns was reached"
    assert ran.one(LimitReached).limit == "turns"
    assert roles(ran) == ["root", "root", "final"]
    assert ran.one(AnswerGiven).source == "forced"
    assert ran.one(AnswerGiven).partial == "The limit of 2 turns was reached."
    last = ran.of(CallStarted)[-1]
    assert [message.role for message in last.prompt][-2:] == ["assistant", "user"]
    assert "the limit of 2 turns was reached" in ran.text(last.prompt[-1].text)


async def test_code_is_no_last_answer(stage: Stage):
    ran = await stage.play([LOOK, LOOK], limits=Limits(turns=1))

    assert (ran.outcome.status, ran.outcome.answer) == ("failed", None)
    assert ran.outcome.reason == (
        "the limit of 1 turn was reached, and the root model's last reply was code to run, not an answer"
    )


async def test_the_draft_wins_over_a_last_call(stage: Stage):
    ran = await stage.play([DRAFT, LOOK], limits=Limits(turns=2))

    assert ran.outcome.answer == "draft of keeper"
    assert ran.outcome.status == "partial"
    assert ran.one(AnswerGiven).source == "draft"
    assert "final" not in roles(ran)


async def test_an_answer_in_the_last_turn_is_a_full_one(stage: Stage):
    ran = await stage.play([LOOK, answering("Ada")], limits=Limits(turns=2))

    assert ran.outcome.status == "answered"
    assert not ran.of(LimitReached)


async def test_a_last_answer_wrapped_in_final_is_unwrapped(stage: Stage):
    ran = await stage.play([LOOK, "Here:\nFINAL(Ada kept it)"], limits=Limits(turns=1))

    assert ran.outcome.answer == "Ada kept it"


async def test_an_empty_last_answer_is_none(stage: Stage):
    ran = await stage.play([LOOK, "  "], limits=Limits(turns=1))

    assert ran.outcome.status == "failed"
    assert ran.outcome.answer is None
    assert "empty" in ran.outcome.reason


# Sub-calls


async def test_sub_calls_over_the_limit_are_refused_in_place(stage: Stage):
    code = ["out = llm_query_batched(['1', '2', '3', '4'])", "peek()"]
    code += ["answer['content'] = repr(out)", "answer['ready'] = True"]

    ran = await stage.play([block(*code)], lambda _: "ok", limits=Limits(sub_calls=2))

    refusal = "Error: budget: the limit of 2 sub-calls was reached"
    assert ran.outcome.answer == repr(["ok", "ok", refusal, refusal])
    assert ran.outcome.status == "partial"
    assert ran.outcome.reason == "the limit of 2 sub-calls was reached"
    assert [limit.limit for limit in ran.of(LimitReached)] == ["sub-calls"]


# Tokens


async def test_tokens_used_up_end_the_run(stage: Stage):
    ran = await stage.play([DRAFT] + [LOOK] * 9, limits=Limits(tokens=3_500))

    assert ran.outcome.status == "partial"
    assert ran.outcome.reason == "the limit of 3,500 tokens was reached"
    assert ran.outcome.answer == "draft of keeper"


# Seconds


async def test_a_block_gets_to_end_when_its_sub_calls_run_out_of_time(stage: Stage):
    worker = ScriptedLM(lambda _: "late", "worker", latency_seconds=1_000_000.0)
    code = ["answer['content'] = 'found: ' + peek(3)", "print(llm_query('slow'))"]

    ran = await stage.play([block(*code)], worker, limits=Limits(seconds=3.0))

    assert ran.outcome.answer == "found: The"
    assert ran.outcome.status == "partial"
    assert ran.outcome.reason == "the time limit of 3 s was reached"
    assert worker.cancelled == 1
    assert not ran.one(StepFinished).killed


async def test_a_root_call_out_of_time_is_aborted(stage: Stage):
    slow = ScriptedLM([DRAFT], "root", latency_seconds=60.0)

    # Long enough that the call has begun, on the slowest machine.
    ran = await stage.play(slow, limits=Limits(seconds=3.0))

    assert slow.cancelled == 1
    assert ran.outcome.status == "failed"
    assert ran.outcome.reason == "the time limit of 3 s was reached"
    assert ran.one(CallFinished).status == "cancelled"


async def test_a_block_that_computes_past_the_time_is_stopped(stage: Stage):
    ran = await stage.play([DRAFT, block("while True: pass")], limits=Limits(seconds=3.0))

    assert ran.outcome.answer == "draft of keeper"
    assert ran.outcome.status == "partial"
    assert ran.of(StepFinished)[1].killed
    assert [limit.limit for limit in ran.of(LimitReached)] == ["seconds"]


# Failing turns


async def test_failing_turns_in_a_row_end_the_run(stage: Stage):
    failing = [block(f"raise ValueError({number})") for number in range(9)]

    ran = await stage.play([*failing[:3], "It failed."], limits=Limits(failing_turns=3))

    assert ran.outcome.reason == "the code of 3 turns in a row failed"
    assert ran.one(LimitReached).limit == "failing-turns"
    assert len(ran.of(TurnStarted)) == 3
    assert ran.outcome.answer == "It failed."


async def test_a_good_turn_in_between_starts_the_count_again(stage: Stage):
    replies = [block("1 / 0"), LOOK, block("2 / 0"), answering("Ada")]

    ran = await stage.play(replies, limits=Limits(failing_turns=2))

    assert ran.outcome.status == "answered"


async def test_text_on_stderr_is_no_failure(stage: Stage):
    loud = [block(f"import sys; print({number}, file=sys.stderr)") for number in range(3)]

    ran = await stage.play([*loud, answering("Ada")], limits=Limits(failing_turns=2))

    assert ran.outcome.status == "answered"


async def test_a_model_that_never_writes_code_is_stopped(stage: Stage):
    ran = await stage.play(["I will think about it."] * 20)

    assert len(ran.of(TurnStarted)) == 6
    assert "wrote no new code to run in 6 turns in a row" in ran.outcome.reason


# Blocks


async def test_a_block_past_its_seconds_is_interrupted_and_the_run_goes_on(stage: Stage):
    ran = await stage.play(
        [block("kept = 5"), block("import time", "time.sleep(60)"), block("print(kept)", "peek()"), answering("Ada")],
        limits=Limits(block_seconds=0.8),
    )

    assert ran.outcome.status == "answered"
    assert ran.one(LimitReached).limit == "block-seconds"
    assert ran.of(StepFinished)[1].error is not None


async def test_a_draft_outlives_a_block_that_ran_out_of_time(stage: Stage):
    replies = [DRAFT, block("import time", "time.sleep(60)")]

    ran = await stage.play(replies, limits=Limits(block_seconds=0.8, turns=2))

    assert ran.outcome.answer == "draft of keeper"


# Concurrency


async def test_no_more_calls_run_at_once_than_allowed(stage: Stage):
    worker = ScriptedLM(lambda _: "ok", "worker", latency_seconds=0.02)
    code = [
        "out = llm_query_batched([f'x{n}' for n in range(20)])",
        "peek()",
        "answer.update(content=str(len(out)), ready=True)",
    ]

    ran = await stage.play([block(*code)], worker, limits=Limits(concurrency=3))

    assert ran.outcome.answer == "20"
    assert worker.in_flight_peak == 3


# Finish now


async def test_finish_now_ends_after_the_turn_with_the_draft(stage: Stage):
    def second(_request):
        stage.control.finish_now()
        return LOOK

    ran = await stage.play([DRAFT, second, LOOK, LOOK])

    assert ran.outcome.status == "partial"
    assert ran.outcome.answer == "draft of keeper"
    assert ran.outcome.reason == "you asked to finish now"
    assert ran.one(Noticed).about == "finish"
    assert len(ran.of(TurnStarted)) == 2
    assert not ran.of(LimitReached)


async def test_finish_now_without_a_draft_asks_a_last_time(stage: Stage):
    def first(_request):
        stage.control.finish_now()
        return LOOK

    ran = await stage.play([first, "Ada, probably."])

    assert ran.outcome.answer == "Ada, probably."
    assert roles(ran) == ["root", "final"]


async def test_finish_now_sends_no_more_sub_calls(stage: Stage):
    def worker(request):
        stage.control.finish_now()
        return "ok"

    code = ["out = llm_query_batched(['a', 'b', 'c'])", "peek()", "answer.update(content=repr(out), ready=True)"]

    ran = await stage.play([block(*code)], worker, limits=Limits(concurrency=1))

    refusal = "Error: you asked to finish now"
    assert ran.outcome.answer == repr(["ok", refusal, refusal])
    assert ran.outcome.status == "partial"


@pytest.mark.parametrize("number", [1, 2])
async def test_depth_one_makes_rlm_query_a_worker_call(stage: Stage, number: int):
    call = "rlm_query('q')" if number == 1 else "rlm_query_batched(['q'])[0]"

    ran = await stage.play(
        [block(f"out = {call}", "peek()", "answer.update(content=out, ready=True)")], ["from worker"]
    )

    assert ran.outcome.answer == "from worker"


# Failed attempts


def cut(output_tokens: int) -> StreamCut:
    """Make a failure that had used some output."""
    error = StreamCut("The stream broke.")
    error.spent = Usage(output_tokens=output_tokens)
    return error


async def test_what_failed_attempts_used_is_counted(stage: Stage):
    facts = replace(free_facts("root"), input_price=0, output_price=10_000_000_000)
    replies = [cut(500), Reply(text=answering("Ada"), usage=Usage(output_tokens=100), cost_nano_usd=1_000_000)]

    ran = await stage.play(ScriptedLM(replies, facts=facts))

    finished = ran.one(CallFinished)
    assert finished.usage.output_tokens == 600
    assert finished.cost_nano_usd == 6_000_000


async def test_a_cut_that_told_only_its_beginning_counts_as_the_most_it_can_have_cost(stage: Stage):
    facts = replace(free_facts("root"), input_price=0, output_price=10_000_000_000)
    early = cut(1)
    early.may_have_cost = True
    root = ScriptedLM([early, answering("Ada")], facts=facts, output_limit_tokens=4_096)

    ran = await stage.play(root, limits=Limits(cost_nano_usd=50_000_000))

    assert len(root.requests) == 1
    assert ran.one(CallRetried).cost_nano_usd is None
    assert "does not fit" in ran.outcome.reason


async def test_what_a_provider_reports_of_a_failed_attempt_is_counted(stage: Stage):
    facts = replace(free_facts("root"), input_price=0, output_price=10_000_000_000)
    reported = cut(500)
    reported.cost_nano_usd = 7_000_000

    ran = await stage.play(
        ScriptedLM(
            [reported, Reply(text=answering("Ada"), usage=Usage(output_tokens=100), cost_nano_usd=1_000_000)],
            facts=facts,
        )
    )

    assert ran.one(CallFinished).cost_nano_usd == 8_000_000


async def test_a_retry_that_the_money_does_not_bear_is_not_made(stage: Stage):
    facts = replace(free_facts("root"), input_price=0, output_price=10_000_000_000)
    root = ScriptedLM([cut(4_096)] * 3, facts=facts, output_limit_tokens=4_096)

    ran = await stage.play(root, limits=Limits(cost_nano_usd=50_000_000))

    assert len(root.requests) == 1
    assert ran.outcome.status == "failed"
    assert "does not fit" in ran.outcome.reason
    assert ran.one(CallFinished).cost_nano_usd == 40_960_000


async def test_a_draft_outlives_an_answer_that_never_becomes_text(stage: Stage):
    endless = block(
        "import time",
        "class Endless:",
        "    def __str__(self):",
        "        time.sleep(60)",
        "answer['content'] = Endless()",
    )

    ran = await stage.play([DRAFT, endless], limits=Limits(block_seconds=0.8, turns=2))

    assert ran.outcome.answer == "draft of keeper"
