"""``mainstay rules``: ask the law a question from the command line.

Standard library only, no settings, no database. Answers are JSON on standard output. Exit status 0 answered,
2 the question was not understood.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mainstay.law import questions

NOT_UNDERSTOOD = 2
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:<20} {question.asks}" for name, question in questions.QUESTIONS.items())
    parser = argparse.ArgumentParser(
        prog="mainstay rules",
        description="Ask the law a question; get an answer with its reasons.",
        epilog=f"questions:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument("file", nargs="?", metavar="FILE", help="a JSON object; standard input when left out")
    parser.add_argument("--list", action="store_true", help="print the names of the questions")
    parser.add_argument("--lines", action="store_true", help="one JSON object a line, one answer a line")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the question's input")
    parser.add_argument(
        "--parameters", action="store_true", help="print the question's parameters and sources"
    )
    return parser


def main(argv: list[str]) -> int:
    """Answer one question, or one a line; the exit status. A reader that has seen enough is no error."""
    try:
        status = _main(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _main(argv: list[str]) -> int:
    parser = _parser()
    try:
        given = parser.parse_intermixed_args(argv)
        if given.question is None and not given.list:
            parser.error("name a question, or use --list")
    except SystemExit as leaving:
        return int(leaving.code or 0)
    if given.list:
        return _print(list(questions.NAMES))
    if given.question not in questions.NAMES:
        return _print(questions.ask(given.question, {}))
    if given.schema:
        return _print({"$schema": _DIALECT, "title": given.question} | questions.SCHEMAS[given.question])
    if given.parameters:
        return _print(questions.parameters_of(given.question))
    return _answer(given.question, given.file, given.lines)


def _answer(name: str, file: str | None, lines: bool) -> int:
    try:
        with Path(file).open("rb") if file not in (None, "-") else sys.stdin.buffer as source:
            if not lines:
                return _print(_ask(name, source.read()))
            return _print_lines(name, source)
    except BrokenPipeError:
        raise
    except OSError as reason:
        return _print({"error": {"where": "", "problem": f"can't be read: {reason.strerror}"}})


def _ask(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return questions.ask_text(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return {"error": {"where": "", "problem": "is not UTF-8 text"}}


def _print(value: Any) -> int:
    print(json.dumps(value, indent=2))
    return NOT_UNDERSTOOD if isinstance(value, dict) and "error" in value else 0


def _print_lines(name: str, source: BinaryIO) -> int:
    for line in _lines(source):
        print(json.dumps(_ask(name, line)), flush=True)
    return 0


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Each line without its end; only a line feed ends one."""
    for line in source:
        yield line.removesuffix(b"\n")
