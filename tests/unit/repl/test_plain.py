"""Plain values go into a snapshot and come out equal."""

import json
import re
from collections import Counter, OrderedDict, defaultdict, deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.repl.inside import plain
from rlm_desktop.repl.inside.corpus import documents_of
from rlm_desktop.repl.inside.looking import looking_functions
from rlm_desktop.repl.inside.plain import NotPlain, Plain

CONTEXT = "one\ntwo"
DOCUMENTS = documents_of(CONTEXT, [])


def make() -> Plain:
    return Plain({}, CONTEXT, DOCUMENTS)


def there_and_back(value):
    return make().decode(json.loads(json.dumps(make().encode(value))))


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
keys = st.integers() | st.text() | st.tuples(st.integers(), st.text()) | st.none()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(keys, inner) | st.sets(keys),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(values)
def test_plain_values_come_back_equal_and_of_the_same_type(value):
    back = there_and_back(value)

    assert back == value
    assert type(back) is type(value)
    assert repr(back) == repr(value) or isinstance(value, (set, dict, list, tuple))


@pytest.mark.parametrize(
    "value",
    [
        Counter("abca"),
        OrderedDict(b=1, a=2),
        defaultdict(list, {"a": [1]}),
        defaultdict(None, {"a": 1}),
        deque([1, (2,)]),
        frozenset({1}),
        bytearray(b"\xff\x00"),
        1 << 40_000,
        re.compile("a(b)+", re.I | re.M),
        re.compile(b"x"),
        "a lone \ud800",
        {"t": "context", "v": 1},
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_of_the_standard_library_come_back(value):
    back = there_and_back(value)

    assert back == value
    assert type(back) is type(value)


def test_a_default_factory_works_again():
    assert there_and_back(defaultdict(int, a=1))["new"] == 0


def test_hits_come_back_as_hits():
    hits = looking_functions(CONTEXT, DOCUMENTS)["grep"]("o", max_matches=2)

    back = there_and_back(hits)

    assert back[0].line == 1
    assert repr(back[0]) == repr(hits[0])


def test_the_context_and_documents_are_kept_by_name():
    assert make().encode(CONTEXT) == {"t": "context"}
    assert there_and_back([CONTEXT, DOCUMENTS, DOCUMENTS[0]])[0] is CONTEXT
    assert there_and_back(DOCUMENTS[0]) is DOCUMENTS[0]


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


class Subclass(dict):
    pass


@pytest.mark.parametrize(
    "value",
    [object(), nested(50), Subclass(a=1), {1: object()}, lambda: 1, defaultdict(lambda: 1), iter([]), Ellipsis, 1j],
)
def test_other_values_are_refused(value):
    with pytest.raises(NotPlain):
        make().encode(value)


def test_what_does_not_fit_takes_no_room_from_the_rest(monkeypatch):
    monkeypatch.setattr(plain, "ROOM_FOR_ALL", 1_000)
    kept = make()

    with pytest.raises(NotPlain):
        kept.encode(["x" * 600, "y" * 600])

    assert kept.encode("z" * 900)
