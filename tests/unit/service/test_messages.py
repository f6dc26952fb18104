"""Messages survive the pipe."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.errors import BadFrame
from rlm_desktop.service.frames import frame, read_message
from rlm_desktop.service.messages import (
    CorporaListed,
    CorpusListed,
    CountTokens,
    DocumentsRead,
    DocumentsSeen,
    DocumentText,
    EngineFault,
    EngineReady,
    Entries,
    FinishRun,
    KindCount,
    ListCorpora,
    PreviewDocument,
    ReadDocuments,
    ReadingProgress,
    RemoveCorpus,
    RunAccepted,
    RunEnded,
    RunRefused,
    SaveCorpus,
    ScanDone,
    StartRun,
    StopReading,
    StopRun,
    TokensCounted,
)
from rlm_desktop.service.model_messages import ListModels, ModelListed, ModelsListed
from rlm_desktop.service.packing import pack, unpack
from rlm_desktop.service.reask_messages import ReaskCalls, ReaskOver, ReaskSpec, ReaskWeighed, WeighReask
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import CallId, NodeId, RunId
from tests.support.event_strategies import events

RUN = RunId("r1")
REASK = ReaskSpec(
    run=RUN,
    calls=(CallId(NodeId(5)), CallId(NodeId(6))),
    servers=(ServerChoice(name="lab", base_url="http://localhost:1/v1"),),
    prices=(PriceChoice(model="lab/m", input_usd=1.0, output_usd=2.0),),
    local_only=("/docs/caf\udce9",),
)
SPEC = RunSpec(
    question="Why \x00?",
    paths=("/docs/caf\udce9.txt",),
    root="openai/gpt-5",
    worker="builtin/extractive",
    base_url="http://localhost:1/v1",
    strategy="direct",
    limits=Limits(seconds=2.5, cost_nano_usd=10**15),
    price_in_usd=0.5,
    corpus="Harbour",
    ready_only=True,
)
SEEN = FileSeen(path="/a", name="a", state="ready", kind="pdf", pages=3, characters=9, size_bytes=99, tokens=3)
MESSAGES = (
    ReadDocuments(request=7, paths=("/a", "/b"), left_out=("/a/c",), again=True),
    StopReading(request=7),
    PreviewDocument(request=8, path="/a", name="a", start=5, characters=2000, corpus="0f"),
    CountTokens(corpus="0f", model="openai/gpt-5"),
    ListCorpora(),
    SaveCorpus(name="Harbour", paths=("/a",), left_out=("/a/b",)),
    RemoveCorpus(name="Harbour"),
    StartRun(spec=SPEC, run=RUN),
    StopRun(run=RUN),
    WeighReask(spec=REASK),
    ReaskCalls(spec=REASK),
    FinishRun(run=RUN),
    ListModels(base_url="http://localhost:1/v1"),
    EngineReady(isolation="Isolated", isolation_meaning="it stops much", can_run_code=True, interrupted=(RUN,)),
    ScanDone(request=7, files=2, size_bytes=9, kinds=(KindCount(kind="pdf", files=2, size_bytes=9),), left_out=1),
    DocumentsSeen(request=7, seen=(SEEN, replace(SEEN, state="duplicate", duplicate_of="b"))),
    ReadingProgress(request=7, done=1, of=2, done_bytes=3, of_bytes=9, seconds_left=0.5),
    DocumentsRead(request=7, documents=2, characters=9, tokens=3, digest="0f", problem="The disk is full."),
    DocumentText(request=8, text="\ud83d\x00", start=5, characters_in_all=9, page_starts=(0, 7)),
    TokensCounted(corpus="0f", model="openai/gpt-5", tokens=12, vocabulary="o200k_base"),
    CorporaListed(corpora=(CorpusListed(name="Harbour", paths=("/a",), left_out=("/a/b",), updated_at=1.5),)),
    RunAccepted(run=RUN),
    RunRefused(run=RUN, reason="There are no documents."),
    RunEnded(run=RUN),
    ReaskWeighed(run=RUN, calls=2, models=("m",), goes_to=("OpenAI",), most_nano_usd=10**15),
    ReaskOver(run=RUN, problem="There is no key."),
    ModelsListed(models=(ModelListed(name="m", note="n", goes_to="g"),)),
    EngineFault(text="The disk is full.", has_ended=True),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_as_it_was(message):
    assert unpack(pack(message)) == message


@given(st.lists(st.builds(Entry, st.integers(0, 9), st.floats(0, 1e10), events()), max_size=4))
@settings(max_examples=30)
def test_entries_come_back_with_whatever_events_they_hold(entries):
    message = Entries(run=RUN, entries=tuple(entries))

    assert unpack(pack(message)) == message


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"[]", b'["StopRun"]', b'["StopRun", {}]', b'["Tea", {}]', b'["Entries", {"run": "r"}]', b"3"],
)
def test_what_is_no_message_is_called_that(body):
    with pytest.raises(BadFrame, match="do not understand"):
        unpack(body)


async def heard(*pieces: bytes):
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece)
    reader.feed_eof()
    return [message async for message in _all(reader)]


async def _all(reader):
    while (message := await read_message(reader)) is not None:
        yield message


async def test_messages_follow_each_other_whatever_pieces_they_arrive_in():
    stream = b"".join(map(frame, MESSAGES))

    assert await heard(*(stream[start : start + 5] for start in range(0, len(stream), 5))) == list(MESSAGES)


async def test_a_message_cut_off_by_the_end_of_the_stream_is_no_message():
    whole = frame(MESSAGES[0])

    assert await heard(whole, whole[:-1]) == [MESSAGES[0]]
    assert await heard(whole, whole[:2]) == [MESSAGES[0]]


async def test_a_length_that_no_message_has_is_refused_before_it_is_waited_for():
    with pytest.raises(BadFrame, match="no message of ours"):
        await heard(b"\xff\xff\xff\xff")


async def test_text_where_a_message_should_be_is_refused():
    with pytest.raises(BadFrame):
        await heard(b"Warning: something was deprecated\n")


def test_a_message_is_plain_json():
    assert json.loads(pack(StopRun(run=RUN))) == ["StopRun", {"run": "r1"}]
