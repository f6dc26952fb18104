"""A child finds its corpus below its own folder where a kernel can hold it there."""

import sys

from rlm_desktop.repl.giving import give


def corpus_in(folder):
    corpus, given = folder / "corpus", folder / "given"
    for made in (corpus, given):
        made.mkdir()
    (corpus / "text").write_bytes(b"The harbour.")
    return corpus, given


def test_a_corpus_gets_names_below_the_childs_folder(tmp_path):
    corpus, given = corpus_in(tmp_path)

    place = give(corpus, given)

    assert place.parent == given
    assert (place / "text").samefile(corpus / "text")


def test_on_windows_it_is_read_where_it_lies_for_its_names_could_not_be_removed(tmp_path, monkeypatch):
    corpus, given = corpus_in(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")

    assert give(corpus, given) == corpus
    assert list(given.iterdir()) == []
