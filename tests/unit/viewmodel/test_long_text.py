"""Texts that are not loaded at once."""

from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.trace.texts import reference_to
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.long_text import LongText
from tests.support.run_writer import RunWriter, Turn


def kept(*texts: str) -> tuple[LongText, list[str]]:
    by_digest = {reference_to(text).digest: text for text in texts}
    loads: list[str] = []

    def load(reference):
        loads.append(by_digest[reference.digest])
        return loads[-1]

    return LongText(tuple(map(reference_to, texts)), load), loads


@given(st.lists(st.text(max_size=9), max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_a_stretch_is_that_of_all_pieces_together(texts, start, end):
    long, _ = kept(*texts)

    assert long.stretch(start, end) == ("".join(texts)[start:end] if start < end else "")
    assert long.characters == len("".join(texts))


def test_only_the_pieces_of_a_stretch_are_loaded():
    long, loads = kept("aaaa", "bbbb", "cccc")

    assert long.stretch(5, 7) == "bb"
    assert loads == ["bbbb"]


def test_the_same_pieces_are_the_same_text_whoever_loads_them():
    assert kept("a", "b")[0] == kept("a", "b")[0]


def output_of(output: str, tab: str):
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="Print", code="print(x)", output=output)])
    trace = Trace(writer.entries())
    step = next(node for node in trace.nodes.values() if node.kind == "step")
    cards = Detail(trace, step.id, lambda reference: writer.texts[reference.digest]).cards(tab)
    return next(card for card in cards if card.title == "Output")


def test_an_output_over_2_mb_comes_in_parts_and_its_story_is_an_excerpt_with_the_exact_count():
    output = "".join(f"row {number}\n" for number in range(300_000))

    whole, told = output_of(output, "Code + output"), output_of(output, "Story")

    assert (whole.body.text, whole.body.long.characters) == ("", len(output))
    head, _mark, tail = told.body.text.partition("\n… ")
    assert head.split("\n")[-1] == "row 39"
    assert told.body.text.endswith("row 299998\nrow 299999")
    shown = len(head) + len(tail.partition(" …\n")[2])
    assert told.left_out == f"{len(output) - shown:,} characters left out"
