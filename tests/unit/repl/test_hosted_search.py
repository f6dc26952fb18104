"""`search` over a text whose index the host has."""

from typing import Any

import pytest

from rlm_desktop.repl.inside.corpus import documents_of
from rlm_desktop.repl.inside.ranking import search_function
from rlm_desktop.repl.inside.searching import hosted_search_function

CONTEXT = "intro\n  The keeper lit the lamp.\n\nThe lamp went out.\n"
FACTS = [
    {"name": "a", "path": "", "kind": "text", "start": 0, "end": 6, "page_starts": None},
    {"name": "b", "path": "", "kind": "text", "start": 6, "end": len(CONTEXT), "page_starts": [0, 28]},
]
DOCUMENTS = documents_of(CONTEXT, FACTS)


class Host:
    """Answers with the same places whatever is asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def ask(self, message: dict[str, Any]) -> Any:
        self.asked.append(message)
        return self.answer


def test_hits_are_those_of_a_search_in_memory():
    in_memory = search_function(DOCUMENTS)("keeper")[0]
    host = Host([[[6, 34, 1.23456]]])

    hit = hosted_search_function(host, DOCUMENTS)("keeper", k=5)[0]

    assert host.asked == [{"kind": "search", "query": "keeper", "k": 6}]
    assert {**hit, "score": 0} == {**in_memory, "score": 0}
    assert (hit.document, hit.page, hit.line, hit.offset, hit.score) == ("b", 1, 1, 8, 1.2346)
    assert hit.text == "The keeper lit the lamp."


def test_one_hit_more_than_asked_for_tells_that_there_are_more():
    hits = hosted_search_function(Host([[[6, 34, 2.0], [34, 53, 1.0]]]), DOCUMENTS)("lamp", k=1)

    assert len(hits) == 1
    assert hits.more


@pytest.mark.parametrize("answer", ["Error: no block is running.", ["Error: no block is running."]])
def test_what_the_host_cannot_answer_is_raised(answer):
    with pytest.raises(RuntimeError, match=r"^no block is running\.$"):
        hosted_search_function(Host(answer), DOCUMENTS)("lamp")


def test_what_is_too_much_is_cut_and_what_is_no_text_is_refused():
    host = Host([[]])
    search = hosted_search_function(host, DOCUMENTS)

    assert search("x" * 20_000, k=10**9) == []
    assert search("lamp", k=0) == []
    assert [(len(one["query"]), one["k"]) for one in host.asked] == [(10_000, 1_001)]
    with pytest.raises(TypeError):
        search(["lamp"])
