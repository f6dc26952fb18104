"""A stretch of a document's text, as a run sees it or saw it."""

from collections.abc import Sequence

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.service.messages import DocumentText, PartMark, PreviewDocument

MOST_CHARACTERS = 1_000_000


def preview(store: Store, command: PreviewDocument) -> DocumentText:
    """Look the stretch up; takes a moment for what is not in memory: call it in a thread."""
    try:
        return _of_version(store, command) if command.corpus else _of_newest(store, command)
    except CorpusError as error:
        return DocumentText(request=command.request, text="", start=command.start, problem=str(error))


def _of_version(store: Store, command: PreviewDocument) -> DocumentText:
    corpus = store.open_version(command.corpus)
    try:
        index = corpus.table.index_of(command.name)
        if index is None:
            raise CorpusError(f"This run did not read {command.name}.")
        return _stretch(corpus, index, command)
    finally:
        corpus.close()


def _stretch(corpus: StoredCorpus, index: int, command: PreviewDocument) -> DocumentText:
    row = corpus.table[index]
    start = min(row.start + command.start, row.end)
    end = min(start + min(command.characters, MOST_CHARACTERS), row.end)
    lines = corpus.blob.newlines_before(start) - corpus.blob.newlines_before(row.start)
    return DocumentText(
        request=command.request,
        text=corpus.blob.slice(start, end),
        start=start - row.start,
        characters_in_all=row.end - row.start,
        first_line=lines + 1,
        page_starts=None if row.page_starts is None else tuple(row.page_starts),
        marks=parts_within(row.marks, start - row.start, end - row.start),
    )


def _of_newest(store: Store, command: PreviewDocument) -> DocumentText:
    glance = store.glance(command.path, command.start, min(command.characters, MOST_CHARACTERS))
    if glance is None:
        raise CorpusError(f"{command.name} has not been read yet.")
    facts = glance.facts
    return DocumentText(
        request=command.request,
        text=glance.text,
        start=glance.start,
        characters_in_all=facts.characters,
        first_line=glance.newlines_before + 1,
        page_starts=facts.page_starts,
        marks=parts_within(facts.marks, glance.start, glance.start + len(glance.text)),
    )


def parts_within(marks: Sequence[tuple[int, str, str]], start: int, end: int) -> tuple[PartMark, ...]:
    """Choose the parts that begin in a stretch."""
    return tuple(
        PartMark(start=place, label=label) for place, label, _ in marks if start <= place < max(end, start + 1)
    )
