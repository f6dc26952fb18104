"""`search` finds the passages that fit a query best."""

import random

from rlm_desktop.repl.inside.corpus import documents_of
from rlm_desktop.repl.inside.ranking import Ranking, search_function, terms_of
from rlm_desktop.text.passages import PASSAGE


def facts(name, start, end, page_starts=None):
    return {"name": name, "path": "", "kind": "text", "start": start, "end": end, "page_starts": page_starts}


def filler(seed, words=400):
    chooser = random.Random(seed)
    return " ".join(chooser.choice(["wind", "water", "stone", "green", "walk", "long"]) for _ in range(words))


def test_the_passage_with_the_rare_words_comes_first():
    context = "\n\n".join([filler(1), "The harbour master reported 42 stranded ships.", filler(2), "ships sail"])

    hits = search_function(documents_of(context, []))("How many ships were stranded, says the harbour master?")

    assert "42 stranded ships" in hits[0].text
    assert hits[0].score > hits[1].score
    assert hits[0].offset <= context.index("The harbour") < hits[0].offset + len(hits[0].text)


def test_hits_say_document_page_and_line():
    pages = ["nothing here\n" * 5, "some text\nthe needle is here\n", "more\n"]
    text = "".join(pages)
    context = f"intro\n{text}"
    documents = documents_of(context, [facts("d", 6, len(context), [0, len(pages[0]), len(pages[0] + pages[1])])])

    hit = search_function(documents)("needle")[0]

    assert (hit.document, hit.page, hit.line) == ("d", 2, 6)
    assert context[hit.offset :].startswith("some text")


def test_no_passage_crosses_a_document_or_a_page():
    text = "needle " * 500
    context = text + text
    middle = len(text)
    documents = documents_of(context, [facts("a", 0, middle, [0, 700]), facts("b", middle, len(context))])

    hits = Ranking(documents).search("needle", k=1_000)

    assert sum(len(hit.text.split()) for hit in hits) == 1_000
    assert all(len(hit.text) <= PASSAGE for hit in hits)
    assert {hit.page for hit in hits if hit.document == "a"} == {1, 2}


def test_word_forms_are_found_and_longer_words_are_not():
    hits = search_function(documents_of("He was running home.\n\n" + filler(3), []))("run")
    assert "running" in hits[0].text

    assert len(search_function(documents_of("a cartography lesson", []))("art")) == 0
    assert len(search_function(documents_of("the artichokeheart", []))("art")) == 0


def test_case_does_not_matter_and_offsets_stay_right_with_odd_letters():
    context = "İİİ " + filler(4) + "\n\nÉCOLE Normale"

    hit = search_function(documents_of(context, []))("école normale")[0]

    assert "ÉCOLE Normale" in hit.text
    assert context[hit.offset :].startswith(hit.text[:10])


def test_languages_without_spaces_are_found():
    context = filler(5) + "\n\n" + "北京是中国的首都。" + "\n\n" + filler(6)

    assert "首都" in search_function(documents_of(context, []))("中国首都")[0].text


def test_a_query_of_nothing_but_common_words_still_searches():
    assert len(search_function(documents_of("to be or not to be", []))("to be")) == 1


def test_nothing_found_is_said():
    hits = search_function(documents_of("abc", []))("zebra")

    assert (list(hits), str(hits), hits.more) == ([], "nothing found", False)
    assert list(search_function(documents_of("abc", []))("")) == []
    assert list(search_function(documents_of([], []))("abc")) == []


def test_k_bounds_the_hits():
    documents = documents_of("\n\n".join(filler(n) for n in range(20)), [])

    hits = search_function(documents)("water", k=3)

    assert len(hits) == 3
    assert hits.more


def test_lists_are_searched_item_by_item():
    hits = search_function(documents_of(["nothing", "the needle"], []))("needle")

    assert [(hit.document, hit.offset) for hit in hits] == [("context[1]", 0)]


def test_words_lose_their_endings_and_stop_words_go():
    assert terms_of("What were the prices of houses?") == ["pric", "hous"]
    assert terms_of("glass") == ["glass"]


def test_very_long_lines_are_cut():
    hits = search_function(documents_of("x" * 50_000 + " needle " + "y" * 50_000, []))("needle")

    assert len(hits) == 1
    assert len(hits[0].text) <= PASSAGE
