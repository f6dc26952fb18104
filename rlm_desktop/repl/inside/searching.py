"""`search` over a text that is too long for the memory: the host has an index and tells places, we read the text."""

from collections.abc import Callable
from typing import Any

from rlm_desktop.repl.inside.asking import Asker
from rlm_desktop.repl.inside.corpus import Documents
from rlm_desktop.repl.inside.looking import Hits, passage_hit
from rlm_desktop.repl.wire import MAX_QUERY, MAX_SEARCH_HITS


def hosted_search_function(asker: Asker, documents: Documents) -> Callable[..., Any]:
    """Make `search` for a corpus whose index the host has."""

    def search(query: str, k: int = 10) -> Hits:
        """Find the `k` passages that fit the query's words best."""
        if not isinstance(query, str):
            raise TypeError(f"search looks for the words of a text, not of {type(query).__name__}")
        wanted = min(max(int(k), 0), MAX_SEARCH_HITS - 1)
        if not wanted:
            return Hits()
        answer = asker.ask({"kind": "search", "query": str.__str__(query)[:MAX_QUERY], "k": wanted + 1})
        found = answer if isinstance(answer, str) else answer[0]
        if isinstance(found, str):
            raise RuntimeError(found.removeprefix("Error: "))
        hits = Hits(passage_hit(documents.at(start), start, end, score) for start, end, score in found[:wanted])
        hits.more = len(found) > wanted
        return hits

    return search
