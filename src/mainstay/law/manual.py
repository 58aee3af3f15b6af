"""The manual of the rules, ``docs/reference/rules.md``, written from the rules themselves.

``python -m mainstay.law.manual --write`` writes it anew in a checkout, ``--check`` says whether it is up to
date. It is made of the modules' descriptions, the parameters, the codes and the worked examples that the
tests ask.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from mainstay.law import clock, codes, deadlines, defences, deletion
from mainstay.law.answer import plain
from mainstay.law.questions import QUESTIONS, SCHEMAS, parameters_of
from mainstay.law.rules import UNKNOWN, parameters

PAGE: Final = Path("docs/reference/rules.md")
EXAMPLES: Final = Path("tests/spec")
_MODULES: Final = {"deletion-return": "deletion", "deadline": "deadlines"}

_HEAD: Final = """\
# Rules

This page is generated: change the rules, their parameters or their examples, then run `make manual`.

The same questions are answered in three places by one implementation: the Python functions in `mainstay.law`,
the command `mainstay rules QUESTION`, and `POST /api/v1/rules/QUESTION`. Every answer has `reasons`, each with its
source and how firm it is, `warnings` for a person to look at, and `rules_version`, which names the set of
parameters used.

    mainstay rules --list                        # the questions
    mainstay rules threshold question.json       # one question, one answer
    mainstay rules threshold --lines < many.jsonl  # one question a line, one answer a line
    mainstay rules threshold --schema            # what can be asked
    mainstay rules threshold --parameters        # the numbers used, with their sources

Any question accepts `as_of`, the day whose law is to be used, and `local`, other values for parameters by name.
Input that isn't understood is answered by `{"error": {"where": "/marks/2024-10-07", "problem": "…"}}`.

How firm a source is: **statute** an Act or regulations, read; **guidance** statutory guidance, read or quoted;
**local** one council's own value; **assumed** recalled, unsettled, or our reading where the law is silent: have it
confirmed by your legal service. A value that is unknown belongs to a law whose text or day isn't known yet: nothing is
counted with it unless you give your own in `local`. REG24 is SI 2024/208; WT24 is "Working together to improve school attendance",
August 2024.

## A register

    "calendar": {"school_days": ["2024-09-09", "2024-09-10"]}
    "calendar": {"weeks": ["2024-09-02"], "closed": ["2024-09-06"]}
    "marks": {"2024-10-07": "GG", "2024-10-08": ["C2", "/"], "2024-10-09": "/-"}
    "unmarked": "present"

`weeks` are Mondays, five days each without `closed`. A day's marks are two one-character codes, morning and
afternoon, or a list of two codes; `-` is no mark. With `unmarked`, school days without an entry were attended.
Several schools: `"registers": [{"school", "calendar", "marks", "on_roll_from", "on_roll_to", "unmarked"}]` instead;
where roll dates are left out, the first and last mark stand for them. Of several marks for one session the first of
these counts: attended, authorised, unauthorised, not possible, blank.
"""


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _in_words(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name} {_in_words(item)}" for name, item in value.items())
        case list():
            return "; ".join(map(_in_words, value)) or "none"
    return str(value)


def _expected(expect: dict[str, Any]) -> str:
    return "; ".join(f"`{name}` {_in_words(value)}" for name, value in expect.items())


def _examples(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Question -> its worked examples, in the order of the files."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in QUESTIONS}
    for file in sorted(folder.glob("*.json")):
        for case in json.loads(file.read_text("utf-8")):
            found[case["question"]].append(case)
    return found


def _dates(entry: dict[str, Any]) -> str:
    ends = (("from", entry["in_force_from"]), ("to", entry["in_force_to"]))
    return " ".join(f"{word} {day}" for word, day in ends if day) or "open"


def _describe(field: dict[str, Any]) -> str:
    kind = field.get("format") or field.get("type") or "one of " + ", ".join(field.get("enum", ()))
    return f"{kind}: {field['description']}" if "description" in field else str(kind)


def _question(name: str, examples: Sequence[dict[str, Any]]) -> Iterator[str]:
    module = import_module(f"mainstay.law.{_MODULES.get(name, name.replace('-', '_'))}")
    schema = SCHEMAS[name]
    yield f"\n## {name}\n\n{QUESTIONS[name].asks}\n\n{(module.__doc__ or '').strip()}"
    yield "\nWhat to give:"
    needed = set(schema["required"])
    yield from _table(
        ("Field", "", "What"),
        (
            (f"`{one}`", "needed" if one in needed else "", _describe(field))
            for one, field in schema["properties"].items()
        ),
    )
    if name == "deadline":
        yield from _deadlines()
    if name == "charge":
        yield from _defences()
    if name == "deletion-return":
        yield from _grounds()
    yield "\nNumbers used:"
    yield from _table(
        ("Parameter", "Value", "Meaning", "In force", "Source", "Firmness"),
        (
            (f"`{p['name']}`", _in_words(p["value"]), p["meaning"], _dates(p), p["source"], p["confidence"])
            for p in parameters_of(name)["parameters"]
        ),
    )
    yield "\nWorked examples:"
    yield from _table(
        ("", "Facts", "Answer"), ((c["id"], c["facts"], _expected(c["expect"])) for c in examples)
    )


def _deadlines() -> Iterator[str]:
    yield "\nRules:"
    yield from _table(
        ("Rule", "Says", "Unit", "Trigger's day", "Law"),
        (
            (
                f"`{rule.id}`",
                rule.in_words(_number),
                rule.unit,
                "counted" if rule.inclusive else "not counted",
                "2026 Act, refused until its day is appointed" if rule.appointed else "now",
            )
            for rule in deadlines.RULES.values()
        ),
    )


def _number(name: str) -> object:
    value = parameters()[name][-1].value
    return "an unknown number of" if value == UNKNOWN else value


def _defences() -> Iterator[str]:
    yield "\nDefences to ask about:"
    yield from _table(
        ("Defence", "To", "Ground", "Proved by", "Source", "Firmness"),
        (
            (f"`{one.code}`", ", ".join(one.offences), one.ground, one.proved_by, one.source, one.confidence)
            for one in defences.all_defences()
        ),
    )


def _grounds() -> Iterator[str]:
    yield "\nGrounds, and what a return has to show:"
    yield from _table(
        ("Ground", "Letter", "In words", "Needs", "Source", "Firmness"),
        (
            (f"`{one.code}`", one.letter, one.ground, "; ".join(f"`{need.name}`: {need.words}" for need in one.needs),
             one.source, one.confidence)
            for one in deletion.grounds().values()
        ),
    )  # fmt: skip


def _codes() -> Iterator[str]:
    yield "\n## Attendance codes\n\nA code that is unknown, or not in force on its day, is refused; it is never guessed."
    yes = {True: "yes", False: ""}
    yield from _table(
        ("Code", "Meaning", "Kind", "Possible", "Absence", "Threshold", "In force", "Source", "Firmness"),
        (
            (
                f"`{code.code}`",
                code.meaning,
                code.kind.replace("_", " "),
                yes[code.possible],
                yes[code.absent],
                yes[code.threshold],
                _dates(plain(code)),
                code.source,
                code.confidence,
            )
            for code in codes.all_codes()
        ),
    )


def page(folder: Path = EXAMPLES) -> str:
    """The whole manual; ``folder`` holds the worked examples."""
    first, last = clock.bank_holidays_known()
    examples = _examples(folder)
    lines = [_HEAD.rstrip("\n")]
    for name in QUESTIONS:
        lines += _question(name, examples[name])
    lines += _codes()
    lines.append(
        f"\n## Bank holidays\n\nWorking days and business days leave out England's bank holidays, which are known from "
        f"{first} to {last}. A question that needs a day outside is refused."
    )
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Write or check the manual of the checkout in the current folder; 1 when it is out of date."""
    parser = argparse.ArgumentParser(
        prog="python -m mainstay.law.manual", description="The manual of the rules."
    )
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help=f"write {PAGE} anew")
    choice.add_argument("--check", action="store_true", help=f"say whether {PAGE} is up to date")
    given = parser.parse_args(argv)
    text = page()
    if given.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    print(f"{PAGE} is out of date: run python -m mainstay.law.manual --write", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
