"""Looking up sources: which texts, in which thread, and how they are told."""

from threading import Event

import pytest

from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.texts import reference_to
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.source_items import SourceItems, SourceRole
from rlm_desktop.viewmodel.source_texts import SourceText, source_texts, version_of
from rlm_desktop.viewmodel.sources import Found, Group, Piece, Sources, Wish
from tests.support.sample_runs import harbour_run

TRACE = Trace(harbour_run()[0])
TEXTS = harbour_run()[1]
FOUND = Found(
    least=48,
    groups=(
        Group(
            title="Prompt",
            characters=1_331,
            covered=1_204,
            pieces=(
                Piece(
                    quote=Quote(text="The dues", match="several", document="r/a.pdf", page=2, start=5, end=65),
                    characters=60,
                    verdict="1 of 2 places",
                ),
                Piece(quote=Quote(text="Nowhere", match="none"), characters=7, verdict="quoted, not found"),
            ),
        ),
        Group(title="Reply", characters=12, covered=0, pieces=()),
        Group(title="Output", characters=3, covered=0, pieces=(), problem="This text is gone."),
    ),
)


def wish(name: str) -> Wish:
    return Wish(name, (SourceText(title="Prompt", references=(reference_to(name),)),))


@pytest.fixture
def sources(qapp):
    made = Sources()
    yield made
    made.close()


def texts_of(kind: str, title: str = "") -> list[tuple[str, list[str]]]:
    node = next(node for node in TRACE.nodes.values() if node.kind == kind and node.title.startswith(title))
    texts = source_texts(TRACE, node)
    return [(one.title, [TEXTS[reference.digest][:12] for reference in one.references]) for one in texts]


def test_each_kind_of_node_has_its_texts():
    assert texts_of("call", "Lindholm") == [("Prompt", ["From the pag"]), ("Reply", ['{"harbour": '])]
    assert texts_of("turn", "Look at") == [
        ("Prompt", ["Turn 1 of 30"]),
        ("Reply", ["Look at the "]),
        ("Output", ["212 39,204,1"]),
    ]
    assert texts_of("step", "print(len(documents)") == [("Output", ["212 39,204,1"])]
    assert texts_of("output", "212") == [("Output", ["212 39,204,1"])]
    assert texts_of("answer", "## Four") == texts_of("run") == [("Answer", ["## Four harb"])]
    assert texts_of("batch") == texts_of("gate") == []
    assert version_of(TRACE) == version_of(Trace()) == ""


def test_only_the_newest_wish_is_told_and_an_overtaken_one_may_give_up(sources, qtbot):
    begun, wanted, told = Event(), [], []

    def find(asked, _load, is_wanted):
        begun.set()
        if asked.version == "slow":
            qtbot_free.wait(10)
            wanted.append(is_wanted())
        return Found(problem=asked.version)

    qtbot_free = Event()
    sources.find = find
    sources.found.connect(told.append)

    sources.ask(wish("slow"), TEXTS.get)
    assert begun.wait(10)
    sources.ask(wish("skipped"), TEXTS.get)
    with qtbot.waitSignal(sources.found):
        sources.ask(wish("newest"), TEXTS.get)
        qtbot_free.set()

    assert [found.problem for found in told] == ["newest"]
    assert wanted == [False]


def test_a_fault_is_said(sources, qtbot):
    def find(_wish, _load, _is_wanted):
        raise OSError("the disk is gone")

    sources.find = find
    with qtbot.waitSignal(sources.found) as told:
        sources.ask(wish("any"), TEXTS.get)

    assert told.args[0].problem == "The documents cannot be looked up: the disk is gone"


def test_before_there_is_a_folder_of_texts_that_is_said(sources, qtbot):
    with qtbot.waitSignal(sources.found) as told:
        sources.ask(wish("any"), TEXTS.get)

    assert "cannot be looked up yet" in told.args[0].problem


def test_the_table_tells_exact_counts_places_and_what_is_not_found(qapp):
    items = SourceItems()
    items.show(FOUND)

    rows = [[items.index(row, column).data() for column in range(items.columnCount())] for row in range(5)]

    assert rows == [
        ["Prompt: 1,204 of 1,331 characters word for word, 127 not", "", "", "", ""],
        ["“The dues”", "a.pdf", "p. 2", "60", "1 of 2 places"],
        ["“Nowhere”", "", "", "7", "quoted, not found"],
        ["Reply: none of its 12 characters found word for word", "", "", "", ""],
        ["Output: This text is gone.", "", "", "", ""],
    ]
    assert items.headings() == [0, 3, 4]
    assert items.first_piece() == 1
    assert items.in_short() == "1 place in 1 document · 1 quote not found"
    assert items.index(1, 0).data(SourceRole) is FOUND.groups[0].pieces[0]
