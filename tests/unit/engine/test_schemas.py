"""Values out of replies, by schema."""

import socket

import pytest

from rlm_desktop.engine.schemas import BadSchema, ReplySchema, SchemaMismatch, json_in

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}


@pytest.mark.parametrize(
    "reply",
    [
        '{"name": "Ada", "age": 36}',
        '```json\n{"name": "Ada", "age": 36}\n```',
        'Here it is:\n{"name": "Ada", "age": 36}\nI hope it helps.',
        '\n\n {"name": "Ada", "age": 36} \n',
    ],
)
def test_a_value_is_found_in_the_reply(reply):
    assert ReplySchema(PERSON).value_in(reply) == {"name": "Ada", "age": 36}


def test_plain_values_and_lists_are_found():
    assert ReplySchema({"type": "integer"}).value_in(" 7 ") == 7
    assert ReplySchema({"type": "array"}).value_in("The list: [1, 2]") == [1, 2]


def test_a_mismatch_says_what_is_wrong():
    with pytest.raises(SchemaMismatch, match="'name' is a required property"):
        ReplySchema(PERSON).value_in('{"age": 3}')


@pytest.mark.parametrize("reply", ["no JSON", "", "{'name': 'Ada'}", "[" * 100_000])
def test_what_is_no_json_is_a_mismatch(reply):
    with pytest.raises(SchemaMismatch, match="not JSON"):
        json_in(reply)


@pytest.mark.parametrize("schema", [{"type": "nonsense"}, {"properties": 5}, {"$ref": "#/nowhere"}])
def test_a_useless_schema_is_said_to_be_one(schema):
    with pytest.raises(BadSchema):
        ReplySchema(schema).value_in("{}")


def test_nothing_is_fetched_for_a_schema(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was tried"))

    with pytest.raises(BadSchema, match="not in it"):
        ReplySchema({"$ref": "http://localhost:9/schema.json"}).value_in("{}")


def test_references_that_multiply_are_stopped():
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(40)}
    schema = {"$defs": {**levels, "l40": {}}, "$ref": "#/$defs/l0"}

    with pytest.raises(SchemaMismatch, match="circles"):
        ReplySchema(schema).value_in("{}")


def test_a_circle_of_references_is_stopped():
    with pytest.raises((SchemaMismatch, BadSchema)):
        ReplySchema({"$ref": "#"}).value_in("{}")


@pytest.mark.parametrize("pattern", ["(a+)+$", "((a+))+$", "(a|aa)+$", "(a?a)+", "a*b*c*d*", "x" * 300])
def test_slow_patterns_are_refused(pattern):
    with pytest.raises(BadSchema, match="too complex"):
        ReplySchema({"properties": {"a": {"type": "string", "pattern": pattern}}})


def test_simple_patterns_are_kept():
    yes_or_no = ReplySchema({"type": "string", "pattern": "^(yes|no)$"})

    assert yes_or_no.value_in('"yes"') == "yes"
    with pytest.raises(SchemaMismatch):
        yes_or_no.value_in('"perhaps"')
