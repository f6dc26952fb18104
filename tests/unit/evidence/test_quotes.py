import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.evidence.folding import fold
from rlm_desktop.evidence.quotes import check_quotes
from rlm_desktop.evidence.quoting import quoted_passages

REPORT = (
    "The Board resolved to raise the dues by 15 per cent, to meet the cost of dred-\nging after the storm of 1980 – "
    "the western channel having silted.\n\n"
    "It was “a hard year” for all, and the well-known pilot’s wages rose. The ﬁrst ship came in May."
)
MINUTES = (
    "The wages of the pilots having risen,\nthe dues were raised. "
    "港湾局は水先人の賃金が上がったため料金を\n引き上げた。"
)


def document(name: str, text: str, page_starts: tuple[int, ...] | None = None) -> Document:
    return Document(name=name, path=name, kind="text", text=text, size_bytes=1, page_starts=page_starts)


CORPUS = assemble([document("report.pdf", REPORT, (0, REPORT.index("It was"))), document("minutes.txt", MINUTES)])


@pytest.mark.parametrize(
    ("answer", "passage"),
    [
        ('It says "one two three" there.', "one two three"),
        ("It says “one two three”.", "one two three"),
        ("Es sagt „one two three“.", "one two three"),
        ("Es sagt „one two three”.", "one two three"),
        ("Il dit « one two three ».", "one two three"),
        ("Es sagt »one two three«.", "one two three"),
        ("Det sier ”one two three”.", "one two three"),
        ("「港湾局は水先人の賃金が上がった」と言う", "港湾局は水先人の賃金が上がった"),
        ("> one two\n> three\n\nand on", "one two\nthree"),
        ("> “one two three”\n>\n> — report.pdf, page 2", "one two three"),
        ("> one two three\n> — report.pdf, page 2", "one two three"),
        ('"one two\nthree" over lines', "one two\nthree"),
        ('("one two three"), he', "one two three"),
    ],
)
def test_passages_are_found_in_every_way_of_quoting(answer: str, passage: str):
    assert [one.text for one in quoted_passages(answer)] == [passage]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        'a single "word" or "two words"',
        "「短い」と言う",
        '```python\nx = "one two three"\n```',
        'a 5" pipe and a 6" pipe of one kind',
        '"one two three\n\nfour five six"',
        "> [!NOTE]\n> one two three",
        "no quotes at all, don't worry, it's fine",
    ],
)
def test_what_is_no_quote_is_left_alone(answer: str):
    assert quoted_passages(answer) == []


def test_each_paragraph_of_a_block_quote_is_a_passage_and_equal_ones_count_once():
    answer = "> one two three\n>\n> four five six\n\n“one two three”"

    assert [one.text for one in quoted_passages(answer)] == ["one two three", "four five six"]


def one(passage: str, corpus: Corpus = CORPUS) -> tuple[str, str | None, int | None, str | None]:
    quote = check_quotes(f"“{passage}”", corpus)[0]
    texts = {document.name: document.text for document in corpus.documents}
    found = texts[quote.document][quote.start : quote.end] if quote.document else None
    return quote.match, quote.document, quote.page, found


def test_an_exact_quote_is_found_with_document_page_and_offsets():
    assert one("resolved to raise the dues") == ("exact", "report.pdf", 1, "resolved to raise the dues")
    assert one("The wages of the pilots") == ("exact", "minutes.txt", None, "The wages of the pilots")


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("cost of dredging after the storm", "cost of dred-\nging after the storm"),
        ("the storm of 1980 - the western", "the storm of 1980 – the western"),
        ("the storm of 1980—the western", "the storm of 1980 – the western"),
        ("was 'a hard year' for all", "was “a hard year” for all"),
        ("the well-known pilot's wages", "the well-known pilot’s wages"),
        ("the first ship came", "The ﬁrst ship came"),
        ("dues by 15 per cent.", "dues by 15 per cent"),
        ("the **western** channel", "the western channel"),
        ("pilots having risen, the dues", "pilots having risen,\nthe dues"),
        (
            "the dues by 15 per cent … the western channel",
            REPORT.partition("raise ")[2].partition(" having")[0],
        ),
        ("水先人の賃金が上がったため料金を引き上げた", "水先人の賃金が上がったため料金を\n引き上げた"),
    ],
)
def test_typography_and_line_breaks_do_not_matter(passage: str, found: str):
    match, _, _, text = one(passage)

    assert (match, text) == ("exact", found)


@pytest.mark.parametrize(
    "passage",
    [
        "resolved to lower the dues",
        "dues by 5 per cent",
        "5 per cent, to meet",
        "the dues by 15 per ce",
        "the western channel … the dues by 15 per cent",
        "after the storm of 1981",
        "silted. === document 2",
        "!!! … ??? a b c",
    ],
)
def test_what_the_documents_do_not_say_is_not_found(passage: str):
    assert one(passage) == ("none", None, None, None)


def test_a_quote_that_stands_in_several_places_says_so():
    corpus = assemble([document("a.txt", "It rained all day."), document("b.txt", "It rained\nall day. Then not.")])

    assert one("It rained all day", corpus) == ("several", "a.txt", None, "It rained all day")


@pytest.mark.parametrize(
    "answer",
    ["“It rained all day” (b.txt, and more)", "> “It rained all day”\n>\n> — b.txt", "> It rained all day\n> — b.txt"],
)
def test_of_several_places_the_one_in_the_document_named_beside_is_given(answer: str):
    corpus = assemble([document("a.txt", "It rained all day."), document("b.txt", "So: it rained all day.")])

    quote = check_quotes(answer, corpus)[0]

    assert (quote.match, quote.document, quote.start) == ("several", "b.txt", 4)


def test_an_empty_corpus_proves_nothing():
    assert one("one two three", assemble([]))[0] == "none"


def test_a_common_word_does_not_hide_the_place():
    text = "the pilots " * 5000 + "and the pilots of Storvik struck. " + "the pilots " * 5000

    assert one("the pilots of Storvik struck", assemble([document("a.txt", text)]))[0] == "exact"


WORDS = ["dues", "harbour", "storm", "pilots", "wages", "quay", "channel", "timber", "fog", "1981", "1984", "4.5"]
_random = random.Random(3)
LONG = "".join(f"{_random.choice(WORDS)}{at}{' ' if at % 9 else chr(10)}" for at in range(2700))
LONG_CORPUS = assemble([document("one.txt", LONG), document("two.txt", LONG.replace("quay", "mole")[500:900])])


@given(st.integers(0, 2000), st.integers(4, 60), st.sampled_from([" ", "\n", "  \n "]))
@settings(deadline=None)
def test_any_run_of_words_is_found_however_it_is_wrapped(first: int, size: int, space: str):
    words = LONG.split()[first : first + size]
    text = LONG_CORPUS.documents[0].text

    quote = check_quotes(f"“{space.join(words)}”", LONG_CORPUS)[0]

    assert quote.match in {"exact", "several"}
    assert quote.document == "one.txt"
    assert text[quote.start : quote.end].split() == words


@given(st.text())
@settings(deadline=None)
def test_folding_keeps_track_of_every_letter(text: str):
    folded = fold(text)

    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


def test_a_passage_of_common_words_is_found_among_very_many_of_them():
    common = "Linux console packages are installed with tools for characters. " * 3_000
    corpus = assemble((document("common.txt", common), document("rare.txt", "Linux console tools are packages.\n")))

    (quote,) = check_quotes("> Linux console tools are packages.", corpus)

    assert (quote.match, quote.document, quote.start) == ("exact", "rare.txt", 0)
