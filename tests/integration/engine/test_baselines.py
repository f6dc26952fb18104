"""The baselines to compare with: reading everything piece by piece, and code with a search alone."""

from dataclasses import replace

from rlm_desktop.lm.protocol import Request
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallStarted, GateSpoke, Noticed, RunStarted, StepStarted, TurnStarted
from rlm_desktop.trace.facts import Limits
from tests.integration.engine.helpers import told
from tests.support.engine_runs import Stage, answering, block

TEXT = "".join(f"Entry {n}: the dues were {n * 7}.\n" for n in range(600))
SMALL = free_facts("root", window_tokens=2_000)


def reader(request: Request) -> str:
    """Note the last entry of each piece; answer with the notes."""
    said = request.messages[-1].text
    if "Notes from reading" in said:
        return "The answer: " + said.split("documents:\n")[1][:200]
    notes = said.split("notes so far:\n")[1].split("\n\nPiece")[0].replace("(none yet)", "")
    return f"{notes} {said.strip().splitlines()[-1]}".strip()


async def test_summary_reads_every_piece_and_answers_from_its_notes(stage: Stage):
    ran = await stage.play(ScriptedLM(reader, "root", facts=SMALL), corpus=TEXT, strategy="summary")

    calls = ran.of(CallStarted)
    assert len(calls) == 7
    assert calls[0].label == f"Piece 1 of {len(calls) - 1}"
    assert ran.outcome.status == "answered"
    assert "Entry 599: the dues were 4193." in (ran.outcome.answer or "")
    assert ran.outcome.coverage is not None
    assert ran.outcome.coverage.never_read < 0.02


async def test_a_summary_that_meets_its_limit_answers_from_what_was_read(stage: Stage):
    ran = await stage.play(
        ScriptedLM(reader, "root", facts=SMALL), corpus=TEXT, strategy="summary", limits=Limits(tokens=6_000)
    )

    assert ran.outcome.status == "partial"
    assert "were read" in ran.outcome.reason
    assert ran.outcome.answer


async def test_codeact_has_search_and_nothing_else_of_the_text(stage: Stage):
    names = (
        "print([name for name in ('context', 'documents', 'peek', 'grep', 'llm_query', 'search') if name in globals()])"
    )
    root = ScriptedLM([block(names, "print(search('dues were 4193')[0].text)"), answering("4193")], "root")

    ran = await stage.play(root, corpus=TEXT, strategy="codeact-bm25", gates=frozenset())

    assert "['search']" in told(ran, 2)
    assert "4193" in told(ran, 2)
    assert "`context`" not in root.requests[0].messages[1].text
    assert "llm_query" not in root.requests[0].messages[0].text


async def test_codeact_is_never_sent_to_a_context_that_it_has_not(stage: Stage):
    early, idle, search = "FINAL(4193)", "I think.", block("print(search('dues were 4193')[0].text)")
    given = block("answer['content'] = '4193'", "answer['ready'] = True")

    ran = await stage.play([early, idle, "", "x", given, search, given], corpus=TEXT, strategy="codeact-bm25")

    assert ran.outcome.answer == "4193"
    hints = [told(ran, turn) for turn in range(2, len(ran.of(TurnStarted)) + 1)]
    assert "Use `search` in a `repl` block first" in hints[0]
    assert "that calls `search`" in hints[1]
    assert any("no code has searched the documents yet" in hint for hint in hints)
    assert not [hint for hint in hints if "context" in hint or "grep" in hint]


async def test_auto_explains_its_choice_with_numbers(stage: Stage):
    small = await stage.play(["Ada"], strategy="auto", corpus="The keeper was called Ada.")

    assert small.one(RunStarted).strategy == "direct"
    assert "below 16,384 one call reads better than a run" in small.one(RunStarted).strategy_reason


async def test_findings_are_marks_on_the_step_and_nothing_more(stage: Stage):
    code = "outs = [llm_query(line) for line in context.splitlines()[:4]]"

    ran = await stage.play([block(code, "peek()"), answering("Ada")], lambda _: "x")

    first = ran.of(StepStarted)[0]
    assert [finding.kind for finding in first.findings] == ["call-per-item", "dropped-tail"]
    assert not ran.of(GateSpoke)


async def test_with_hints_a_block_waits_once_and_runs_when_it_is_sent_again(stage: Stage):
    code = block("outs = [llm_query(line) for line in context.splitlines()]", "print(len(outs))")

    ran = await stage.play([code, code, answering("Ada")], lambda _: "x", code_hints=True)

    assert "This block did not run yet" in told(ran, 2)
    assert "40" in told(ran, 3)
    assert [gate.gate for gate in ran.of(GateSpoke)] == ["code-look"]
    assert len(ran.of(StepStarted)) == 2


async def test_hints_never_come_twice_in_a_row(stage: Stage):
    blocks = [block(f"outs = [llm_query(line) for line in context.splitlines()]  # {n}", "peek()") for n in range(4)]

    ran = await stage.play([*blocks, answering("Ada")], lambda _: "x", code_hints=True)

    assert ran.outcome.answer == "Ada"
    assert len(ran.of(GateSpoke)) == 2
    assert len(ran.of(StepStarted)) == 3


async def test_a_model_that_over_calls_is_asked_once_for_few_large_calls(stage: Stage):
    facts = replace(free_facts("worker"), window_tokens=128_000)
    many = block("outs = llm_query_batched([f'q{n}' for n in range(120)])", "peek()")
    again = block("outs = llm_query_batched([f'r{n}' for n in range(120)])")

    ran = await stage.play([many, again, answering("Ada")], ScriptedLM(lambda _: "x", facts=facts))

    assert "You have made 120 sub-calls with short prompts" in told(ran, 2)
    assert "short prompts" not in told(ran, 3)
    assert [notice.about for notice in ran.of(Noticed)] == ["few-calls"]
