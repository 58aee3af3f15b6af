"""1,000 different penalty notices to tagged PDF, beside the same letters through WeasyPrint and through bare Typst.

    python benchmarks/documents.py [--quick] [--letters N] [--rounds N]

*ours* is ``rendering.render``, as the service calls it. *bare Typst* is one reused compiler with the same template
and the same values, without anything of ours. *WeasyPrint* makes the same words from HTML, tagged too, with the same
fonts and its style sheet read once; every tenth letter goes through it, its seconds are scaled, and the table says so.
Before any time is printed, the words on paper are compared. A round is a fresh process in which the contenders take
turns letter by letter, so that all meet the same machine; imports and a warm-up are outside the timer. A ratio is the
median of the rounds' ratios. Memory is that of a process that makes all letters our way and nothing else.

The last line is JSON: ``letters_vs_weasyprint``, ``letters_vs_bare_typst``, ``letters_a_second``, ``peak_mb``.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # as a file too, not only as a module

from benchmarks.memory import peak_mb  # noqa: E402

#: one in so many letters goes through WeasyPrint
SHARE = 10
WARM_UP = 5


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    if options.within:
        print(json.dumps(_round(options.letters) if options.within == "round" else _alone(options.letters)))
        return 0
    number = options.letters or (100 if options.quick else 1000)
    rounds = options.rounds or (1 if options.quick else 3)
    _agree()
    timed = [_process("round", number) for _ in range(rounds)]
    _print(timed, _process("alone", number), number)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/documents.py", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="100 letters, one round")
    parser.add_argument("--letters", type=int, default=0, help="how many letters")
    parser.add_argument("--rounds", type=int, help="how often they are made")
    parser.add_argument("--within", choices=("round", "alone"), help=argparse.SUPPRESS)
    return parser


def _process(what: str, number: int) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), "--within", what, "--letters", str(number)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _round(number: int) -> dict[str, float]:
    """Seconds a letter of each contender."""
    _start()
    makers = [(name, start()) for name, start in MAKERS.items()]
    values = list(_letters(number + WARM_UP))
    for each in values[:WARM_UP]:
        for _, make in makers:
            make(each)
    seconds = dict.fromkeys(MAKERS, 0.0)
    for n, each in enumerate(values[WARM_UP:]):
        turn = n % len(makers)
        for name, make in makers[turn:] + makers[:turn]:
            if name != "WeasyPrint" or n % SHARE == 0:
                begun = time.perf_counter()
                make(each)
                seconds[name] += time.perf_counter() - begun
    return {
        name: sum_ / (number / SHARE if name == "WeasyPrint" else number) for name, sum_ in seconds.items()
    }


def _alone(number: int) -> dict[str, float]:
    """Peak memory in MB, before the first letter and after the last, and the size of a letter in KB."""
    _start()
    make = MAKERS["ours"]()
    started = peak_mb()
    size = sum(len(make(each)) for each in _letters(number))
    return {"started": started, "peak": peak_mb(), "kilobytes": size / number / 1024}


def _start() -> None:
    os.environ |= {"MAINSTAY_DEMO": "true", "MAINSTAY_LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.roof.settings"
    import django

    django.setup()


def _letters(number: int) -> Iterator[dict[str, Any]]:
    """The values of so many notices, no two alike: first, second and excluded child's, 10 to 20 sessions."""
    from mainstay.service.documents.letters import Addressee, PenaltyNotice, parts

    samples = list(PenaltyNotice.samples().values())
    for n in range(number):
        sample = samples[(0, 0, 0, 1, 0, 0, 1, 0, 0, 2)[n % 10]]
        sessions = parts.sample_sessions(10 + n % 11)
        letter = replace(
            sample, reference=f"PN-{n:07d}-K", child_name=f"Ada Fenwick{n}",
            addressee=Addressee(f"Mrs Grace Fenwick{n}", (f"{n} Invented Road", "Southampton", "SO99 9AB")),
            received_on=date(2024, 11, 6) + timedelta(days=n % 90), dated=date(2024, 11, 4) + timedelta(days=n % 90),
            sessions=sessions if sample.kind == "attendance" else (),
            offence_to=sessions[-1].on if sample.kind == "attendance" else sample.offence_to,
        )  # fmt: skip
        yield letter.as_values()


Make = Callable[[dict[str, Any]], bytes]


def _ours() -> Make:
    from mainstay.service.documents import rendering

    return lambda values: rendering.render("penalty_notice", values)


def _bare_typst() -> Make:
    import typst

    room = ROOT / "src" / "mainstay" / "service" / "documents"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[room / "fonts"])
    compiler = typst.Compiler(root=room / "typst", font_paths=fonts)

    def make(values: dict[str, Any]) -> bytes:
        given = {"values": json.dumps(values), "sheet": "null", "large_print": ""}
        return bytes(
            compiler.compile(
                input=room / "typst" / "penalty_notice.typ",
                format="pdf",
                sys_inputs=given,
                pdf_standards=["ua-1"],
            )
        )

    return make


def _weasyprint() -> Make:
    from benchmarks.peers.letters_weasyprint import Letters

    return Letters(ROOT / "src" / "mainstay" / "service" / "documents" / "fonts").make


MAKERS: dict[str, Callable[[], Make]] = {"ours": _ours, "bare Typst": _bare_typst, "WeasyPrint": _weasyprint}


def _agree() -> None:
    """Stop unless every contender puts the same words on paper."""
    import pypdf

    _start()
    makers = {name: start() for name, start in MAKERS.items()}
    for values in list(_letters(10))[-4:]:
        words = {}
        for name, make in makers.items():
            pages = pypdf.PdfReader(BytesIO(make(values))).pages
            text = " ".join(page.extract_text() for page in pages)
            words[name] = sorted("".join(c for c in text if c.isalnum() or c in "£ \n").split())
        for name in list(MAKERS)[1:]:
            if words[name] != words["ours"]:
                ours, theirs = words["ours"], words[name]
                lost, more = [w for w in ours if w not in theirs], [w for w in theirs if w not in ours]
                sys.exit(f"{name} prints other words: without {lost[:20]}, with {more[:20]}")


def _print(timed: list[dict[str, float]], alone: dict[str, float], number: int) -> None:
    print(f"{number:,} different penalty notices of two pages, median of {len(timed)} rounds\n")
    print(f"{'':<20}{'seconds':>10}{'letters a second':>19}{'times ours':>12}")
    ratios = {name: median(round_[name] / round_["ours"] for round_ in timed) for name in MAKERS}
    each = {name: median(round_[name] for round_ in timed) for name in MAKERS}
    for name in MAKERS:
        shown = f"{name} {version('weasyprint')}" if name == "WeasyPrint" else name
        print(f"{shown:<20}{each[name] * number:>10.2f}{1 / each[name]:>19.1f}{ratios[name]:>12.2f}")
    print(f"\nWeasyPrint made {number // SHARE} of the letters; its seconds are scaled to all.")
    print(
        f"Ours alone: peak {alone['peak']:.0f} MB, {alone['started']:.0f} MB of it before the first letter; "
        f"{alone['kilobytes']:.0f} KB a letter."
    )
    figures = {
        "letters_vs_weasyprint": round(ratios["WeasyPrint"], 2),
        "letters_vs_bare_typst": round(1 / ratios["bare Typst"], 2),
        "letters_a_second": round(1 / each["ours"], 1),
        "peak_mb": round(alone["peak"]),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
