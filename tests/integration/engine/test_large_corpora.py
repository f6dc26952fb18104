"""Runs over a corpus that is too long for the memory, as far as they know: all of it works where the text lies."""

import asyncio
import re
from pathlib import Path

import pytest
from filelock import FileLock

from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.trace.events import CallStarted, EvidenceChecked, Noticed, OutputPrinted, RunStarted
from rlm_desktop.trace.facts import Limits
from tests.integration.engine.helpers import told
from tests.support.engine_runs import Stage, block, until
from tests.support.lm_server import LmServer
from tests.support.stored import stored

FILLER = "The wind blew over the water, and nobody wrote down why number {} was late that day.\n"
DECISION = "The Board resolved to raise the dues on tonnage by eleven per cent.\n"
KEEPER = "灯台守の名前はエイダでした。毎晩、灯台に火をともしました。\n"


def log_of(number: int, count: int = 60) -> Document:
    lines = [FILLER.format(number * 1_000 + line) for line in range(count)]
    if number == 17:
        lines.insert(30, DECISION)
    if number == 5:
        lines.insert(40, KEEPER)
    name, text = f"log {number:02}.txt", "".join(lines)
    return Document(name=name, path=f"/files/{name}", kind="text", text=text, size_bytes=len(text.encode()))


DOCUMENTS = [log_of(number) for number in range(20)]


@pytest.fixture
def corpus(tmp_path: Path) -> StoredCorpus:
    return stored(tmp_path / "version", DOCUMENTS, in_memory_bytes=0)


async def test_code_greps_searches_slices_and_asks_and_quotes_and_coverage_are_right(
    stage: Stage, corpus: StoredCorpus
):
    looks = block(
        "hit = grep('resolved to raise', max_matches=5)[0]",
        "best = search('灯台守 名前', k=3)[0]",
        "print(hit.document, hit.line, best.document, best.line, '灯台守' in best.text)",
        "print(len(context), context[hit.offset - 10 : hit.offset + 40])",
        "print(documents['log 17.txt'].text.count('\\n'), where(hit.offset).document)",
    )
    asks = block(
        "parts = [documents[number].text for number in (3, 4, 17)]",
        "found = llm_query_batched(['Quote the decision.\\n' + part for part in parts])",
        "FINAL('It says “' + next(one for one in found if one != 'none') + '”')",
    )
    replies = iter([looks, asks])

    def answer(body):
        prompt = body["messages"][-1]["content"]
        decision = re.search("The Board resolved.*cent", prompt)
        return (decision[0] if decision else "none") if prompt.startswith("Quote") else next(replies)

    with LmServer(answer) as server:
        lm = make_lm("openai/test", Means(base_url=server.base_url, api_key="none"))
        ran = await stage.play(lm, lm, corpus=corpus, limits=Limits(depth=1))
        await lm.close()

    text = corpus.blob.slice(0, corpus.characters)
    at = text.index("resolved to raise")
    shown = told(ran, 2)
    assert "log 17.txt 31 log 05.txt" in shown
    assert f"{len(text)} {text[at - 10 : at + 40]}" in shown
    assert "61 log 17.txt" in shown
    checked = ran.one(EvidenceChecked)
    (quote,) = checked.quotes
    start = DOCUMENTS[17].text.index("The Board")
    assert (quote.match, quote.document, quote.start, quote.end) == (
        "exact",
        "log 17.txt",
        start,
        start + len(DECISION) - 2,
    )
    read, total = (sum(len(DOCUMENTS[number].text) for number in some) for some in ((3, 4, 17), range(20)))
    assert checked.coverage.sent_to_workers == pytest.approx(read / total)
    assert ran.one(RunStarted).corpus == corpus.digest
    assert ran.one(RunStarted).document_count == 20
    assert "`context` lies on disk" in told(ran, 1)


async def test_that_code_waits_for_the_index_is_told_once(stage: Stage, corpus: StoredCorpus):
    searches = block("for word in ('tonnage', 'dues'):", "    print(search(word)[0].document)", "FINAL('log 17')")
    lock = FileLock(corpus.folder / "indexes" / "lock")
    (corpus.folder / "indexes").mkdir()

    with lock:
        playing = asyncio.create_task(stage.play([searches], corpus=corpus))
        await until(lambda: any(isinstance(event, Noticed) for event in stage.events))
    ran = await playing

    assert ran.outcome.answer == "log 17"
    assert [notice.about for notice in ran.of(Noticed)] == ["search-index"]


async def test_one_call_with_everything_is_refused_without_reading_it(stage: Stage, corpus: StoredCorpus, monkeypatch):
    monkeypatch.setattr(type(corpus.blob), "slice", lambda *_: pytest.fail("the text was read"))

    ran = await stage.play(["never asked"], corpus=corpus, strategy="direct")

    assert ran.outcome.status == "failed"
    assert "choose the strategy rlm" in ran.outcome.reason
    assert not ran.of(CallStarted)


async def test_a_child_run_reads_the_same_corpus_or_a_short_part_of_it(stage: Stage, corpus: StoredCorpus):
    start = corpus.spans[17].start
    asks = block(
        "whole = rlm_query('Where are the dues?', context)",
        f"part = rlm_query('What is here?', context[{start}:])",
        "FINAL(f'{whole}; {part}')",
    )
    inner = [
        block("hit = search('dues tonnage')[0]", "FINAL(f'{len(context)} {hit.document}')"),
        block("FINAL(f'{len(context)} {grep(\"dues\")[0].line}')"),
    ]

    ran = await stage.play([asks, *inner], corpus=corpus, limits=Limits(depth=2))

    rest = corpus.characters - start
    assert ran.outcome.answer == f"{corpus.characters} log 17.txt; {rest} 31"


async def test_a_child_run_reads_a_long_part_where_it_lies(stage: Stage, tmp_path: Path):
    documents = [log_of(number, count=7_000) for number in (16, 17, 18)]
    corpus = stored(tmp_path / "version", documents, in_memory_bytes=0)
    start = corpus.spans[1].start
    asks = block(f"FINAL(rlm_query('What is here?', context[{start}:]))")
    inner = block(
        "hits = search('wind', k=1000)",
        "assert all(context[hit.offset :].startswith(hit.text[:20]) for hit in hits)",
        "named = sorted({hit.document for hit in hits})",
        "dues = grep('dues')[0]",
        "print(named == documents.names, documents[1].text[:20], where(len(context)).document)",
        "FINAL(f'{len(context)} {dues.document} {dues.line} {documents.names}')",
    )

    ran = await stage.play([asks, inner], corpus=corpus, limits=Limits(depth=2))

    rest = corpus.characters - start
    assert ran.outcome.answer == f"{rest} log 17.txt 31 ['log 17.txt', 'log 18.txt']"
    (printed,) = ran.of(OutputPrinted)
    assert ran.text(printed.text) == f"True {documents[2].text[:20]} log 18.txt\n"
    child = ran.of(RunStarted)[1]
    assert (child.corpus, child.document_count, child.characters) == (corpus.digest, 2, rest)


async def test_the_built_in_model_answers_from_a_large_corpus(stage: Stage, corpus: StoredCorpus, monkeypatch):
    monkeypatch.setattr("rlm_desktop.lm.builtin_code.LARGE_CHARACTERS", 1_000)
    lm = ExtractiveLM()

    ran = await stage.play(
        lm, lm, corpus=corpus, question="By how much did the Board raise the dues on tonnage?", strategy="auto"
    )

    assert ran.outcome.status == "answered"
    assert "raise the dues on tonnage by eleven per cent" in str(ran.outcome.answer)
    assert {quote.document for quote in ran.one(EvidenceChecked).quotes if quote.match != "none"} >= {"log 17.txt"}


async def test_without_indexes_a_run_is_answered_and_only_its_coverage_is_unknown(stage: Stage, corpus: StoredCorpus):
    (corpus.folder / "indexes").write_text("no folder")
    tries = block("try:", "    search('dues')", "except RuntimeError as error:", "    print(error)")
    asks = block("llm_query('Quote.\\n' + documents[17].text)", "FINAL('It says “raise the dues on tonnage”.')")

    ran = await stage.play([tries, asks], ["none"], corpus=corpus)

    assert "could not be made" in told(ran, 2)
    assert "Use grep(pattern) instead." in told(ran, 2)
    assert ran.outcome.status == "answered"
    assert ran.one(EvidenceChecked).coverage is None
    assert [quote.match for quote in ran.one(EvidenceChecked).quotes] == ["exact"]
