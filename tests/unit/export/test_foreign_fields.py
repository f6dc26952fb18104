"""Fields of foreign logs are read for what they should be, or refused with their place."""

from datetime import UTC, datetime

import pytest

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_fields import Fields, as_words

MOMENT = datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "written",
    ["2026-03-01T10:00:00Z", "2026-03-01T12:00:00+02:00", MOMENT, int(MOMENT), int(MOMENT * 1000)],
)
def test_a_time_is_read_in_each_form_that_programs_write(written):
    assert Fields({"at": written}, "Line 1").moment("at") == MOMENT


def test_a_time_without_a_zone_is_that_of_this_computer():
    here = datetime(2026, 3, 1, 10).astimezone()

    assert Fields({"at": "2026-03-01T10:00:00"}, "Line 1").moment("at") == here.timestamp()


@pytest.mark.parametrize(
    "written", ["soon", True, -1, 1e300, float("nan"), [], "0001-01-01T00:00:00", "9999-12-31T00:00:00"]
)
def test_what_is_no_time_is_refused(written):
    with pytest.raises(BadImport, match="Line 1 cannot be imported: “at” should be a time, but is "):
        Fields({"at": written}, "Line 1").moment("at")


def test_nothing_is_read_where_nothing_stands():
    fields = Fields({"none": None}, "Line 1")

    for name in ("none", "missing"):
        assert (fields.text(name), fields.count(name), fields.flag(name), fields.texts(name)) == ("", 0, False, ())
        assert (fields.seconds(name), fields.moment(name), fields.cost_nano_usd(name)) == (None, None, None)
        assert (fields.parts(name), fields.part(name).data, fields.has(name)) == ([], {}, False)


@pytest.mark.parametrize(
    ("read", "wanted"),
    [
        (lambda fields: fields.flag("it"), "true or false"),
        (lambda fields: fields.texts("it"), "a list of texts"),
        (lambda fields: fields.part("it"), "an object"),
        (lambda fields: fields.count("it"), "a count"),
        (lambda fields: fields.cost_nano_usd("it"), "an amount of dollars"),
    ],
)
def test_what_is_something_else_is_refused(read, wanted):
    with pytest.raises(BadImport, match=f"“it” should be {wanted}, but is a list"):
        read(Fields({"it": [1]}, "Line 1"))


def test_values_that_are_no_text_are_written_as_json():
    assert [as_words(value) for value in (None, "é", {"a": [1, "é"]})] == ["", "é", '{"a": [1, "é"]}']
