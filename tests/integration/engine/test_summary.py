"""The baseline that reads everything piece by piece: what it keeps, and what it does when it can't go on."""

from rlm_desktop.lm.protocol import Request
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.facts import Limits
from tests.integration.engine.helpers import roles
from tests.support.engine_runs import Ran, Stage

TEXT = "The wind blew over the water, and nobody wrote down why the boat was late that day.\n" * 200
SMALL = free_facts("root", window_tokens=4_000)


def is_answer(request: Request) -> bool:
    """Whether the answer is asked for, from the notes."""
    return "Notes from reading" in request.messages[1].text


def notes_or(answer: str, notes: str = "Ada kept it."):
    """Make a model that says the same notes after each piece, and then the answer."""
    return lambda request: answer if is_answer(request) else notes


async def play(stage: Stage, lm: ScriptedLM, **request) -> Ran:
    return await stage.play(lm, **{"corpus": TEXT, "strategy": "summary", **request})


async def test_a_schema_is_told_and_gives_a_value(stage: Stage):
    lm = ScriptedLM(notes_or('{"keeper": "Ada"}'), facts=SMALL)

    ran = await play(stage, lm, answer_schema={"type": "object"})

    assert (ran.outcome.status, ran.outcome.parsed) == ("answered", {"keeper": "Ada"})
    assert 'JSON Schema:\n{"type": "object"}' in lm.requests[-1].messages[0].text


async def test_an_answer_that_misses_the_schema_is_sent_back(stage: Stage):
    def reply(request: Request) -> str:
        return '{"keeper": "Ada"}' if "cannot be used" in request.messages[-1].text else "Ada"

    ran = await play(stage, ScriptedLM(reply, facts=SMALL), answer_schema={"type": "object"})

    assert (ran.outcome.status, ran.outcome.parsed) == ("answered", {"keeper": "Ada"})


async def test_notes_that_are_given_for_want_of_an_answer_are_said_to_miss_the_schema(stage: Stage):
    ran = await play(stage, ScriptedLM(notes_or(""), facts=SMALL), answer_schema={"type": "object"})

    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada kept it.")
    assert "does not satisfy the schema" in ran.outcome.reason


async def test_an_answer_is_not_lost_when_a_limit_keeps_it_from_being_corrected(stage: Stage):
    ran = await play(
        stage,
        ScriptedLM(["Ada"], facts=SMALL),
        corpus="Ada kept it.",
        strategy="direct",
        limits=Limits(tokens=200),
        answer_schema={"type": "object"},
    )

    assert roles(ran) == ["direct"]
    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada")
