import os

import pytest

from rlm_desktop.corpus.store.corpora import Roots
from tests.support.store_desk import Desk


async def test_a_named_corpus_keeps_paths_and_what_they_came_to(desk: Desk):
    desk.write("a.txt", "one")
    paths = [str(desk.files)]
    desk.store.corpora.save("Club", paths, ["/x"])
    desk.store.corpora.save("All", paths)

    corpus = await desk.ingest()

    assert desk.store.corpora.names() == ["All", "Club"]
    named = desk.store.corpora.get("All")
    assert named is not None
    assert (named.paths, named.left_out) == ((str(desk.files),), ())
    assert (named.version, named.documents, named.characters) == (corpus.digest, 1, 3)
    assert desk.store.corpora.get("Club").version == ""


async def test_a_name_that_is_used_again_names_the_new_paths(desk: Desk):
    desk.store.corpora.save("Club", ["/a"])
    desk.store.corpora.save("Club", ["/b"], ["/b/c"])

    (named,) = desk.store.corpora.all()

    assert (named.paths, named.left_out) == (("/b",), ("/b/c",))
    assert desk.store.corpora.get("Other") is None


async def test_removing_a_corpus_keeps_what_another_holds(desk: Desk):
    shared, own = desk.write("shared/a.txt", "one"), desk.write("own/b.txt", "two")
    await desk.ingest()
    desk.store.corpora.save("Both", [str(desk.files)])
    desk.store.corpora.save("Shared", [str(desk.files / "shared")])

    desk.store.corpora.remove("Both")
    desk.store.corpora.remove("Never was")
    await desk.store.collect()

    assert desk.knows(shared)
    assert not desk.knows(own)


@pytest.mark.skipif(os.name == "nt", reason="paths look otherwise there")
@pytest.mark.parametrize(
    ("roots", "path", "is_held"),
    [
        (["/a/b"], b"/a/b", True),
        (["/a/b"], b"/a/b/c/d", True),
        (["/a/b/"], b"/a/b/c", True),
        (["/a/b"], b"/a/bc", False),
        (["/a/b"], b"/a", False),
        (["/"], b"/a/b", True),
        ([], b"/a", False),
    ],
)
def test_what_lies_below_a_root_is_held(roots: list[str], path: bytes, is_held: bool):
    assert Roots(roots).hold(path) is is_held
