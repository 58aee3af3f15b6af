"""``mainstay demo``: load the made-up city into an empty database."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

Progress = Callable[[float, str], None]
#: enough for six schools
QUICK_PUPILS = 2400


def main(argv: list[str]) -> int:
    """Load the city; 0 when done (or, with --if-empty, nothing to do), 1 when refused, 2 for wrong usage."""
    options = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    import django

    django.setup()
    if reason := _refusal():
        if options.if_empty and "already" in reason:
            print("The database already holds a city; it stays as it is.")
            _say_what_to_open()
            return 0
        print(f"mainstay demo: {reason}", file=sys.stderr)
        return 1
    begun = time.perf_counter()
    load(options.until or last_school_day(date.today()), options.seed, options.quick)  # noqa: DTZ011
    _say_who_signs_in(time.perf_counter() - begun)
    _say_what_to_open()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mainstay demo", description="Load the made-up city.")
    parser.add_argument("--quick", action="store_true", help="a small city of six schools")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day with marks")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another city")
    parser.add_argument("--if-empty", action="store_true", help="do nothing where a city is already loaded")
    return parser


def _refusal() -> str | None:
    """Why nothing may be loaded, or None."""
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError

    from mainstay.service.accounts.models import User
    from mainstay.service.directory.models import Pupil, School

    if not settings.CONFIG.demo:
        return (
            "the made-up city comes with a password everybody knows; set MAINSTAY_DEMO=true if that is wanted"
        )
    try:
        full = User.objects.exists() or School.objects.exists() or Pupil.objects.exists()
    except (OperationalError, ProgrammingError):
        return "the database has no tables yet; run `mainstay manage migrate` first"
    if full:
        return "the database already holds schools or users; use an empty one (`make reset` starts over)"
    return None


def load(until: date, seed: int, quick: bool, *, people_only: bool = False) -> None:
    """Make the city up and write it, all or nothing. people_only: schools, families and registers without anybody's work."""
    from django.db import transaction
    from django.utils import timezone

    from mainstay.registers.simulate import city
    from mainstay.service.common.upkeep import refresh_statistics
    from mainstay.service.directory import demo
    from mainstay.service.directory.demo import life, loading
    from mainstay.service.record import demo as record_demo

    at = timezone.now()
    with _progress() as progress:
        made = city(
            seed=seed,
            until=until,
            pupils=QUICK_PUPILS if quick else None,
            progress=_part(progress, 0.0, 0.35, "Making the city up"),
        )
        with transaction.atomic():
            loaded = loading.load(made, _part(progress, 0.35, 0.6, "Writing people"))
            demo.load_registers.ask(
                made, loaded.schools, loaded.pupil_ids, _part(progress, 0.6, 0.8, "Writing registers")
            )
            life.live(loaded, at)
            record_demo.live(loaded, at)
            if not people_only:
                _work(loaded, at, progress)
        refresh_statistics(on=until, last=None)
        progress(1.0, "Done")


def _work(loaded: Any, at: datetime, progress: Progress) -> None:
    """What the service has done in the city, room by room."""
    from mainstay.service.casework import demo as casework
    from mainstay.service.court import demo as court
    from mainstay.service.employment import demo as employment
    from mainstay.service.feedback import demo as feedback
    from mainstay.service.missing import demo as missing
    from mainstay.service.orders import demo as orders
    from mainstay.service.patrols import demo as patrols
    from mainstay.service.penalties import demo as notices
    from mainstay.service.purchased import demo as purchased
    from mainstay.service.traded import demo as traded

    notices.live(loaded, at, _part(progress, 0.8, 0.87, "Writing notices"))
    casework.live(loaded, at, _part(progress, 0.87, 0.94, "Writing casework"))
    orders.live(loaded, at, _part(progress, 0.94, 0.95, "Writing orders"))
    court.live(loaded, at, _part(progress, 0.95, 0.97, "Writing prosecutions"))
    missing.live(loaded, at, _part(progress, 0.97, 0.975, "Writing missing children"))
    employment.live(loaded, at, _part(progress, 0.975, 0.98, "Writing child employment"))
    patrols.live(loaded, at, _part(progress, 0.98, 0.985, "Writing patrols"))
    traded.live(loaded, at, _part(progress, 0.985, 0.99, "Writing purchases"))
    purchased.live(loaded, at, _part(progress, 0.99, 0.995, "Writing purchased services"))
    feedback.live(loaded, at, _part(progress, 0.995, 1.0, "Writing feedback"))


def last_school_day(today: date) -> date:
    """The last day before today inside the city's term dates."""
    from mainstay.registers.grid import academic_year
    from mainstay.registers.simulating.calendars import terms, weekdays

    day = today - timedelta(days=1)
    year = academic_year(day)
    days = [d for y in (year - 1, year) for t in terms(y) for d in weekdays(t.first, t.last)]
    return max(d for d in days if d <= day)


def _part(progress: Progress, first: float, last: float, words: str) -> Progress:
    """A stretch of the whole for one piece of work that counts from 0 to 1."""
    return lambda share, what: progress(first + (last - first) * share, f"{words}: {what}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar where somebody watches; else a line whenever the words change."""
    if not sys.stderr.isatty():
        said = [""]

        def line(share: float, what: str) -> None:
            if what != said[0]:
                said[0] = what
                print(f"{share:4.0%}  {what}", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


def _say_who_signs_in(seconds: float) -> None:
    from mainstay.service.accounts.roles import LABELS
    from mainstay.service.directory.demo.people import DOMAIN, PASSWORD, SIGN_INS

    print(f"The made-up city is loaded ({seconds:.0f} s). Nobody in it exists. Sign in with:")
    width = max(map(len, SIGN_INS)) + len(DOMAIN) + 3
    for name, (_, role) in SIGN_INS.items():
        print(f"  {f'{name}@{DOMAIN}':<{width}}{LABELS[role]}")
    print(f"The password is {PASSWORD} for all of them.")


def _say_what_to_open() -> None:
    """Letters of parents, which anybody may open who has them in hand, and children to begin with."""
    from django.utils import timezone

    from mainstay.service.missing.demo import shown as missing
    from mainstay.service.penalties.demo import shown

    today = timezone.localdate()
    letters, children = list(shown.letters(today)), [*shown.children(today), *missing.children()]
    if letters:
        print("Parents' letters, opened at /letter/ without a sign-in:")
        print(*(f"  {opens} ({says})" for opens, says in letters), sep="\n")
    if children:
        print("Children to look at:")
        print(*(f"  {child}: {says}" for child, says in children), sep="\n")
