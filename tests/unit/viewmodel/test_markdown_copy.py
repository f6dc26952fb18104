from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.markdown_copy import as_markdown
from tests.support.sample_runs import CODE, harbour_run


class Told(Detail):
    """A detail that tells what a test wants."""

    def __init__(self, *cards: Card) -> None:
        entries, texts = harbour_run(turns=1)
        trace = Trace(entries)
        super().__init__(trace, trace.root.id, lambda reference: texts[reference.digest])
        self._told = list(cards)

    def cards(self, tab):
        return self._told


def test_a_step_is_copied_with_its_place_figures_code_and_calls():
    entries, texts = harbour_run()
    trace = Trace(entries)
    step = next(node for node in trace.nodes.values() if node.title.startswith("one call per harbour"))

    text = as_markdown(Detail(trace, step.id, lambda reference: texts[reference.digest]), "step 1\n$0.07\n40 calls")

    assert text.startswith("## Run › turn 7 › step 1\n\n**step 1**\n\n- $0.07\n- 40 calls\n")
    assert f"```python\n{CODE}\n```" in text
    assert "| Lindholm |" in text


def test_fences_in_a_text_do_not_end_its_own():
    card = Card(title="Reply", tint="root", body=TextBody(text="````\ncode\n````"))

    text = as_markdown(Told(card), "row")

    assert "`````\n````\ncode\n````\n`````" in text


def test_bars_and_lines_stay_inside_a_cell():
    card = Card(title="T", tint="muted", body=TableBody(rows=((Cell(text="a|b"), Cell(text="c\nd")),)))

    assert "| a\\|b | c d |" in as_markdown(Told(card), "row")
