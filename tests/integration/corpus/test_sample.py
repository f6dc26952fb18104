import asyncio
import json
from pathlib import Path

import pytest

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.evidence.quotes import check_quotes, find_passage
from rlm_desktop.evidence.spans import Finder
from tests.support.packages import p, pptx, shape

SAMPLE = Path(__file__).parents[3] / "resources" / "sample"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return asyncio.run(ingested(tmp_path_factory.mktemp("store"), SAMPLE / "documents"))


async def ingested(folder: Path, path: Path) -> Corpus:
    store = Store.open(folder)
    corpus = await store.ingest([path])
    await store.close()
    return corpus


async def test_a_quote_from_a_presentation_is_proved_on_its_slide(tmp_path: Path):
    slides = {
        "slide1": p("sld", shape("Words of welcome")),
        "slide2": p("sld", shape("The dues fell in 1981")),
    }
    (tmp_path / "dues.pptx").write_bytes(pptx(slides, ["slide1", "slide2"]))

    quote = check_quotes(
        "It says “The dues fell in 1981”.", await ingested(tmp_path / "store", tmp_path / "dues.pptx")
    )[0]

    assert (quote.match, quote.page, quote.part) == ("exact", 2, "slide 2")


def test_the_sample_corpus_is_read_whole(sample: Corpus):
    assert sample.skipped == ()
    assert {document.kind for document in sample.documents} == {"csv", "html", "json", "markdown", "pdf", "text"}
    assert 50_000 < len(sample.text) < 150_000
    assert all(len(one.page_starts) >= 4 for one in sample.documents if one.page_starts is not None)


def test_the_sample_questions_can_be_answered_from_the_sample_corpus(sample: Corpus):
    questions = json.loads((SAMPLE / "questions.json").read_text("utf-8"))
    by_name = {document.name: document for document in sample.documents}

    for question in questions:
        texts = " ".join(" ".join(by_name[name].text.split()) for name in question["documents"])
        for facts in question["key_facts"]:
            assert all(fact in texts for fact in facts), facts


def test_the_register_of_the_sample_agrees_with_its_ledger(sample: Corpus):
    by_name = {document.name: document.text for document in sample.documents}
    register = [line.split(",") for line in by_name["registers/tariffs.csv"].splitlines()[1:]]
    ledger = json.loads(by_name["registers/ledger.json"])["entries"]

    cents = {(harbour, int(year)): int(after) for harbour, year, _, after, _ in register}
    raises = [harbour for harbour, *_, change in register if change == "raised"]

    assert {(one["harbour"], one["year"]): one["cents_a_ton"] for one in ledger} == cents
    assert all(one["receipts_crowns"] == one["register_tons"] * one["cents_a_ton"] // 100 for one in ledger)
    assert {harbour for harbour in raises if raises.count(harbour) > 2} == {"Ardvik", "Lindholm", "Storvik", "Vessby"}


def test_a_quote_of_the_sample_is_proved_on_its_page(sample: Corpus):
    answer = "Ardvik did so “to meet the cost of dredging after the storm of 1980.”"

    quote = check_quotes(answer, sample)[0]

    assert (quote.match, quote.document, quote.page) == ("exact", "reports/annual-1981.pdf", 2)


def test_every_page_of_a_pdf_of_the_sample_is_found_in_a_prompt(sample: Corpus):
    report = next(one for one in sample.documents if one.name == "reports/annual-1985.pdf")
    assert report.page_starts is not None
    start, end = report.page_starts[2], report.page_starts[3]

    found = Finder(sample).find(f"Read this:\n\n{report.text[start:end]}")

    own = [span for span in found if sample.documents[span.document_index].name == report.name]
    assert any(span.start <= start and span.end >= end for span in own)
    assert find_passage(report.text[start : start + 60], sample)
