"""The baseline that reads everything piece by piece: what it keeps, and what it does when it can't go on."""

import asyncio
import re
import threading
from dataclasses import replace
from pathlib import Path

from rlm_desktop.corpus.documents import Document
from rlm_desktop.engine.request import Consent
from rlm_desktop.engine.worst_case import input_tokens
from rlm_desktop.lm.protocol import ContextTooLong, LmError, Reply, Request
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallFinished, CallStarted, ChoiceAsked, LimitReached, Noticed
from rlm_desktop.trace.facts import ChoiceAction, Decision, Limits, Usage
from tests.integration.engine.helpers import DOLLAR, roles
from tests.support.engine_runs import Ran, Stage, until
from tests.support.stored import stored

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


def spending(request: Request) -> Reply:
    """Use every token that the request allows, for notes that are as long."""
    told = request.output_limit_tokens or 0
    text = "Ada, from the notes." if is_answer(request) else "kept " * told
    return Reply(text=text, usage=Usage(output_tokens=told), cost_nano_usd=told * 10_000)


async def test_money_is_set_aside_for_the_answer(stage: Stage):
    facts = replace(free_facts("root", window_tokens=16_000), input_price=0, output_price=10_000_000_000)
    limit = DOLLAR * 2 // 10

    ran = await play(stage, ScriptedLM(spending, facts=facts), corpus=TEXT * 10, limits=Limits(cost_nano_usd=limit))

    assert roles(ran)[-1] == "final"
    assert len(roles(ran)) > 4
    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada, from the notes.")
    assert sum(call.cost_nano_usd or 0 for call in ran.of(CallFinished)) <= limit


async def test_money_that_was_set_aside_is_there_for_the_answer_after_the_last_piece(stage: Stage):
    facts = replace(free_facts("root", window_tokens=16_000), input_price=0, output_price=10_000_000_000)
    lm = ScriptedLM(spending, facts=facts)

    ran = await play(stage, lm, corpus=TEXT * 5, limits=Limits(cost_nano_usd=DOLLAR * 16 // 100))

    assert roles(ran) == ["direct"] * 4
    assert (ran.outcome.status, ran.outcome.answer) == ("answered", "Ada, from the notes.")


def long_winded(request: Request) -> Reply:
    """Spend so many tokens that a limit is met between two pieces."""
    return Reply(text="Ada", usage=Usage(output_tokens=0 if is_answer(request) else 3_000), cost_nano_usd=0)


async def deciding(stage: Stage, action: ChoiceAction) -> Ran:
    """Run to a limit of tokens, and answer whatever is asked there."""
    request = {"limits": Limits(tokens=2_500), "consent": Consent(at_limits=True)}
    playing = asyncio.create_task(play(stage, ScriptedLM(long_winded, facts=SMALL), **request))
    decided = 0
    while not playing.done():
        await until(lambda decided=decided: playing.done() or len(choices(stage)) > decided)
        for asked in choices(stage)[decided:]:
            stage.control.decide(asked.choice, Decision(action=action))
            decided += 1
    return await playing


def choices(stage: Stage) -> list[ChoiceAsked]:
    return [event for event in stage.events if isinstance(event, ChoiceAsked)]


async def test_at_a_limit_the_user_may_raise_it_and_all_is_read(stage: Stage):
    ran = await deciding(stage, "raise")

    assert {asked.limit for asked in ran.of(ChoiceAsked)} == {"tokens"}
    assert not ran.of(LimitReached)
    assert (ran.outcome.status, ran.outcome.answer) == ("answered", "Ada")


async def test_at_a_limit_the_user_may_finish_with_what_was_read(stage: Stage):
    ran = await deciding(stage, "finish")

    assert ran.one(ChoiceAsked).limit == "tokens"
    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada")
    assert "1 of 3 pieces were read" in ran.outcome.reason


async def test_finishing_while_the_answer_is_asked_for_asks_for_a_last_one(stage: Stage):
    def reply(request: Request) -> str:
        if is_answer(request) and len(roles(Ran(outcome=None, events=stage.events))) < 5:
            stage.control.finish_now()
            return ""
        return "Ada"

    ran = await play(stage, ScriptedLM(reply, facts=SMALL))

    assert roles(ran)[-1] == "final"
    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada")


DENSE = "灯台守の名前はエイダでした。毎晩、灯台に火をともしました。\n" * 500


def pieces_read(lm: ScriptedLM) -> str:
    """Put together what the model was shown of the text."""
    shown = [request.messages[1].text for request in lm.requests if not is_answer(request)]
    return "".join(re.split(r"\n\nPiece [\d,]+ of [\d,]+:\n", text)[1] for text in shown)


async def test_dense_text_is_cut_into_pieces_that_the_model_can_read(stage: Stage):
    lm = ScriptedLM(notes_or("Ada"), facts=SMALL)

    ran = await play(stage, lm, corpus=DENSE)

    assert ran.outcome.status == "answered"
    assert pieces_read(lm) == DENSE
    assert all(input_tokens(request.messages) < 4_000 * 0.75 for request in lm.requests)
    count = len(lm.requests) - 1
    assert [call.label for call in ran.of(CallStarted)][:-1] == [f"Piece {n} of {count}" for n in range(1, count + 1)]


async def test_a_dense_part_of_a_light_text_is_read_in_halves(stage: Stage):
    text = TEXT * 10 + DENSE + TEXT
    lm = ScriptedLM(notes_or("Ada"), facts=SMALL)

    ran = await play(stage, lm, corpus=text)

    assert ran.outcome.status == "answered"
    assert pieces_read(lm) == text
    assert all(input_tokens(request.messages) <= 3_000 for request in lm.requests)


async def test_a_piece_that_the_provider_finds_too_long_is_read_in_halves(stage: Stage):
    def reply(request: Request) -> str | LmError:
        return ContextTooLong("Too long.") if len(request.messages[1].text) > 3_000 else "Ada"

    lm = ScriptedLM(reply, facts=SMALL)

    ran = await play(stage, lm)

    assert (ran.outcome.status, ran.outcome.answer) == ("answered", "Ada")
    said = [request for request in lm.requests if len(request.messages[1].text) <= 3_000]
    lm.requests = said
    assert pieces_read(lm) == TEXT


async def test_a_piece_that_is_too_long_however_short_ends_the_reading(stage: Stage):
    replies = ["Ada", *[ContextTooLong("Too long.")] * 4, "Ada, I think"]

    ran = await play(stage, ScriptedLM(replies, facts=SMALL))

    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada, I think")
    assert "piece 2 could not be read: Too long." in ran.outcome.reason


async def test_a_text_on_disk_is_read_in_a_thread(stage: Stage, tmp_path: Path, monkeypatch):
    document = Document(name="log.txt", path="/f/log.txt", kind="text", text=TEXT, size_bytes=len(TEXT))
    corpus = stored(tmp_path / "version", [document], in_memory_bytes=0)
    threads = set()
    read = type(corpus.blob).slice

    def noting(*given):
        threads.add(threading.current_thread())
        return read(*given)

    monkeypatch.setattr(type(corpus.blob), "slice", noting)
    lm = ScriptedLM(notes_or("Ada"), facts=SMALL)

    ran = await play(stage, lm, corpus=corpus)

    assert ran.outcome.status == "answered"
    assert TEXT.strip() in pieces_read(lm)
    assert threads
    assert threading.current_thread() not in threads


def silent_about(piece: int, times: int):
    """Make a model that says nothing after one piece, so many times."""
    left = times

    def reply(request: Request) -> str:
        nonlocal left
        if f"\nPiece {piece} of 3:\n" in request.messages[1].text and left:
            left -= 1
            return " "
        return "Ada"

    return reply


async def test_a_piece_with_an_empty_reply_is_asked_about_again_with_more_room(stage: Stage):
    lm = ScriptedLM(silent_about(2, 1), facts=SMALL)

    ran = await play(stage, lm)

    assert (ran.outcome.status, ran.outcome.answer) == ("answered", "Ada")
    assert [notice.about for notice in ran.of(Noticed)] == ["empty-reply"]
    first, second = lm.requests[1:3]
    assert first.messages == second.messages
    assert (second.output_limit_tokens or 0) > (first.output_limit_tokens or 0)


async def test_a_piece_whose_reply_stays_empty_is_said_to_be_unread(stage: Stage):
    lm = ScriptedLM(silent_about(2, 2), facts=SMALL)

    ran = await play(stage, lm)

    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "Ada")
    assert ran.outcome.reason == "1 of 3 pieces could not be read: the reply was empty"
    assert ran.of(Noticed)[-1].text.startswith("Piece 2 was not read")
    assert "a part of the documents" in lm.requests[-1].messages[1].text
    assert roles(ran) == ["direct"] * 5


async def test_a_model_that_says_nothing_gives_no_answer(stage: Stage):
    ran = await play(stage, ScriptedLM(lambda _: "", facts=SMALL))

    assert (ran.outcome.status, ran.outcome.answer) == ("failed", None)
    assert "3 of 3 pieces could not be read" in ran.outcome.reason
