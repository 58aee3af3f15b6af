"""Is a JSON value what its schema asks for? The first thing wrong is named with its JSON pointer.

Only the part of JSON Schema that the questions use; ``oneOf`` between fields is the questions' own business.
A whole number is an int: neither true nor 1.0 is one.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from mainstay.law import clock

Schema = Mapping[str, Any]

#: dates outside these years are slips of the keyboard
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_DATE: Final = "is not a date (use YYYY-MM-DD)"


class Problem(ValueError):
    """Input that was not understood: a JSON pointer, and what is wrong there."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where, self.problem = where, problem

    def as_dict(self) -> dict[str, dict[str, str]]:
        return {"error": {"where": self.where, "problem": self.problem}}


def under(where: str, name: object) -> str:
    """The pointer of a field or item of the value at ``where``."""
    return f"{where}/{str(name).replace('~', '~0').replace('/', '~1')}"


def read_date(text: str, where: str) -> date:
    """A date written YYYY-MM-DD in the years that make sense."""
    try:
        found = clock.from_iso(text)
    except ValueError as reason:
        raise Problem(where, _DATE) from reason
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Problem(where, f"is not a date from {FIRST_DAY.year} to {LAST_DAY.year}")
    return found


def check(value: object, schema: Schema, where: str = "") -> None:
    """Raise Problem for the first thing that ``schema`` does not allow."""
    if "enum" in schema:
        if not isinstance(value, str) or value not in schema["enum"]:
            raise Problem(where, f"is not one of {', '.join(schema['enum'])}")
    elif "anyOf" in schema:
        _any_of(value, schema, where)
    elif "type" in schema:
        _CHECKS[schema["type"]](value, schema, where)


def _any_of(value: object, schema: Schema, where: str) -> None:
    for choice in schema["anyOf"]:
        try:
            return check(value, choice, where)
        except Problem:
            continue
    raise Problem(where, f"is not {schema['description']}")


def _object(value: object, schema: Schema, where: str) -> None:
    if not isinstance(value, dict):
        raise Problem(where, "is not an object")
    known, others = schema.get("properties", {}), schema["additionalProperties"]
    _size(value, "maxProperties", schema, where)
    for name in value:
        if name not in known and others is False:
            raise Problem(under(where, name), "is not a field that can be given here")
    for name in schema.get("required", ()):
        if name not in value:
            raise Problem(under(where, name), "is missing")
    for name, item in value.items():
        at = under(where, name)
        if "propertyNames" in schema:
            check(name, schema["propertyNames"], at)
        check(item, known.get(name, others), at)


def _array(value: object, schema: Schema, where: str) -> None:
    if not isinstance(value, list):
        raise Problem(where, "is not a list")
    if len(value) < schema.get("minItems", 0):
        raise Problem(where, f"holds fewer than {schema['minItems']}")
    _size(value, "maxItems", schema, where)
    for n, item in enumerate(value):
        check(item, schema["items"], under(where, n))


def _string(value: object, schema: Schema, where: str) -> None:
    if schema.get("format") == "date":
        if not isinstance(value, str):
            raise Problem(where, _DATE)
        read_date(value, where)
        return
    if not isinstance(value, str):
        raise Problem(where, "is not text")
    if len(value) < schema.get("minLength", 0):
        raise Problem(where, "is empty" if not value else "is too short")
    _size(value, "maxLength", schema, where)


def _integer(value: object, schema: Schema, where: str) -> None:
    least, most = schema["minimum"], schema["maximum"]
    if type(value) is not int or not least <= value <= most:
        raise Problem(where, f"is not a whole number from {least} to {most}")


def _boolean(value: object, schema: Schema, where: str) -> None:
    if type(value) is not bool:
        raise Problem(where, "is not true or false")


def _size(value: Any, limit: str, schema: Schema, where: str) -> None:
    if limit in schema and len(value) > schema[limit]:
        raise Problem(where, f"holds more than {schema[limit]}")


_CHECKS: Final[dict[str, Callable[[object, Schema, str], None]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
}
