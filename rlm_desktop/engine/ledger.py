"""What of which document went to which model, each time it was sent: the ledger of what left this computer."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.evidence.spans import FoundSpan
from rlm_desktop.trace.facts import ModelFacts, SentText
from rlm_desktop.trace.wording import plural

MOST_ROWS = 5_000
"""Of a model; what is beyond is one row with the number of its documents."""

Found = Counter[int]
"""Characters by number of document."""


def characters_in(spans: Iterable[FoundSpan]) -> Found:
    """Add up what was found of each document."""
    found: Found = Counter()
    for span in spans:
        found[span.document_index] += span.end - span.start
    return found


class Ledger:
    """Adds up what was sent."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._sent: dict[tuple[str, str], Found] = {}

    def add(self, facts: ModelFacts, found: Found) -> None:
        """Note that a text with these pieces of documents was sent to a model."""
        self._sent.setdefault((facts.goes_to, facts.name), Counter()).update(found)

    def rows(self) -> tuple[SentText, ...]:
        """Give all that was sent, the most of each model first."""
        return tuple(row for to, found in sorted(self._sent.items()) for row in self._rows_of(to, found))

    def _rows_of(self, to: tuple[str, str], found: Found) -> Iterable[SentText]:
        by_size: Sequence[tuple[int, int]] = found.most_common()
        goes_to, model = to
        for number, characters in by_size[:MOST_ROWS]:
            name = self._corpus.documents[number].name
            yield SentText(document=name, model=model, goes_to=goes_to, characters=characters)
        if rest := by_size[MOST_ROWS:]:
            others = f"… and {plural(len(rest), 'other document')}"
            yield SentText(document=others, model=model, goes_to=goes_to, characters=sum(size for _, size in rest))
