"""Values in a few words, whatever they are."""

from collections import Counter, OrderedDict, deque
from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest

from rlm_desktop.repl.inside.corpus import documents_of
from rlm_desktop.repl.inside.describing import PREVIEW, preview, size_words, type_name
from rlm_desktop.repl.inside.plain import NotPlain, Plain
from rlm_desktop.repl.inside.variables import fingerprint

# Made where a test needs them: pytest itself looks at everything a module holds.
HOSTILE = """
class Harm(Exception): pass
def harm(*arguments): raise Harm
class Hostile:
    __getattribute__ = __repr__ = __str__ = __len__ = __iter__ = __hash__ = __bool__ = __eq__ = harm
class HostileList(list): __len__ = __iter__ = __repr__ = __getitem__ = __getattribute__ = harm
class HostileDict(dict): __len__ = __iter__ = __repr__ = __getitem__ = items = keys = __getattribute__ = harm
class HostileText(str): __len__ = __iter__ = __repr__ = __str__ = __getitem__ = encode = __getattribute__ = harm
class HostileNumber(int): __repr__ = __str__ = __mod__ = bit_length = __getattribute__ = harm
class Meta(type): __getattribute__ = __eq__ = __hash__ = __instancecheck__ = __subclasscheck__ = harm
class OfMeta(metaclass=Meta): pass
class Fake:
    __module__ = 'decimal'
    __repr__ = harm
Fake.__name__ = 'Decimal'
class Place:
    __module__ = Hostile()
class Shaped:
    __module__ = 'numpy'
    shape = property(harm)
"""


def hostile(expression):
    names = {"__name__": "__main__"}
    exec(HOSTILE, names)
    return eval(expression, names)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 1204, "1,204 characters"),
        (b"ab", "2 bytes"),
        ([1] * 40, "list of 40"),
        ((1,), "tuple of 1"),
        ({1, 2}, "set of 2"),
        ({"a": 1}, "dict of 1"),
        (Counter("ab"), "Counter of 2"),
        (deque([1]), "deque of 1"),
        (5, ""),
        (None, ""),
        (print, ""),
    ],
)
def test_sizes_are_said_in_words(value, words):
    assert size_words(value) == words


@pytest.mark.parametrize(
    ("value", "look"),
    [
        (None, "None"),
        (True, "True"),
        (2.5, "2.5"),
        (10**400, "<whole number of 1,329 bits>"),
        ("it's", '"it\'s"'),
        ([1, "a", (2,)], "[1, 'a', (2,)]"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
        ({"a": {"b": {"c": {"d": 1}}}}, "{'a': {'b': {'c': …}}}"),
        (set(), "set()"),
        ({1}, "{1}"),
        (OrderedDict(a=1), "OrderedDict({'a': 1})"),
        (date(2026, 1, 2), "datetime.date(2026, 1, 2)"),
        (Decimal("1.5"), "Decimal('1.5')"),
        (len, "<function len>"),
        (ModuleType("m"), "<module>"),
    ],
)
def test_values_are_shown_shortly(value, look):
    assert preview(value) == look


def test_no_preview_is_longer_than_allowed():
    values = ["x" * 10_000, ["y" * 300] * 10, {"k" * 500: "v" * 500}, b"z" * 999]

    assert all(len(preview(value)) <= PREVIEW and "\n" not in preview(value) for value in values)


def test_line_ends_do_not_break_the_line():
    assert preview("a\nb") == "'a\\nb'"


def test_a_value_that_holds_itself_is_shown():
    loop = []
    loop.append(loop)

    assert preview(loop) == "[[[…]]]"
    assert fingerprint(loop) == fingerprint(loop)


@pytest.mark.parametrize(
    "expression",
    [
        "Hostile()",
        "HostileList([1, 2])",
        "HostileDict(a=1)",
        "HostileText('abc')",
        "HostileNumber(5)",
        "OfMeta()",
        "OfMeta",
        "Fake()",
        "Place()",
        "Place",
        "Shaped()",
        "[Hostile(), HostileList([Hostile()]), {'a': OfMeta()}]",
    ],
)
def test_nothing_of_a_hostile_value_is_run(expression):
    value = hostile(expression)

    assert type_name(value)
    assert type(size_words(value)) is str
    assert preview(value)
    assert len(fingerprint(value)) == 16
    with pytest.raises(NotPlain):
        Plain({}, "", documents_of("", [])).encode(value)


def test_a_class_that_claims_to_be_harmless_is_not_believed():
    assert preview(hostile("Fake()")) == "<Decimal>"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "b"),
        ("x" * 50_000 + "a" + "x" * 50_000, "x" * 50_000 + "x" + "x" * 50_001),
        ([1, 2], [1, 3]),
        ([1, 2], (1, 2)),
        ([1], [1, 1]),
        (1, 1.0),
        (True, 1),
        (0, None),
        ({"a": 1}, {"a": 2}),
        (list(range(10_000)), [*range(9_999), 0]),
        ({n: n for n in range(10_000)}, {n: n for n in range(9_999)} | {9_999: 0}),
        (2**100, 2**100 + 1),
        (lambda: 1, lambda: 2),
    ],
)
def test_different_values_have_different_fingerprints(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_equal_values_have_equal_fingerprints():
    assert fingerprint({"a": [1, "x", None, 2.5]}) == fingerprint({"a": [1, "x", None, 2.5]})


def test_a_fingerprint_of_something_huge_is_cheap():
    huge = [[n] * 10 for n in range(100_000)]

    assert fingerprint(huge) == fingerprint(huge)
