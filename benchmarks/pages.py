"""How long the server takes for each page, beside the plainest page, with the made-up city loaded.

    python benchmarks/pages.py [--quick] [--notices N] [--entries N] [--cases N] [--var FOLDER] [--rounds N]

Every page that a link leads to, from the first page on, for a service manager and then for every other role: of each
kind of page the one with most on it among some. Median of the server's own time (no network, the whole of Django from
request to response), times the plainest page (the accessibility statement) of the same rounds, and the number of SQL
queries. What no link of the city leads to is named at the end. ``--var`` measures a
database that is already loaded; without it a city is made in a folder that is removed afterwards. ``--notices`` writes so
many more penalty notices into the books before measuring, ``--entries`` so many entries into the chronologies, ``--cases`` so many open cases. The page of
results is asked for with words of each kind (``SEARCHES``); none may take more than 8 times the plainest page.

The last line is JSON: ``slowest_vs_plain_page`` and ``most_queries``.
"""

import argparse
import html
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, get_resolver, resolve, reverse

PLAIN = "accessibility"
MANAGER = "manager@example.org"
#: so many addresses of each name are looked at; the one with most on it is measured
OF_A_NAME = 4
SEARCHES = (
    "smith", "ann sm", "katherin smyth", "14/3/2012", "12 Beech Road", "beech road", "EW-000001", "attendance", "grandmother",
    "nothing of that name",
)  # fmt: skip
_LINK: Final = re.compile(r'<a\b[^>]*?href="([^"]+)"')
#: no pages of the service: forms of signing in, downloads, and what programs read
LEFT_OUT = ("account_", "mfa_", "join", "choose_password", "forgotten_password", "healthz", "document")


@dataclass(slots=True)
class Page:
    name: str
    address: str
    client: Any
    role: str = ""
    size: int = 0  # bytes
    queries: int = 0
    times: list[float] = field(default_factory=list)
    words: str = ""  # what is searched for

    @property
    def median(self) -> float:
        return statistics.median(self.times)


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    rounds = options.rounds or (7 if options.quick else 15)
    with tempfile.TemporaryDirectory(prefix="mainstay-pages-") as temporary:
        _start(Path(options.var or temporary))
        if not options.var:
            _load(options.quick)
        if options.notices:
            from benchmarks import books

            books.fill(options.notices)
            _plan()
        if options.entries:
            from benchmarks import chronology

            chronology.fill(options.entries)
            _plan()
        if options.cases:
            from benchmarks import caseload

            caseload.fill(options.cases)
            _plan()
        measured, missed = _measure(rounds)
    _print(measured, missed, rounds)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/pages.py", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--quick", action="store_true", help="a small city; under 50 s")
    parser.add_argument("--notices", type=int, default=0, help="so many more penalty notices in the books")
    parser.add_argument("--entries", type=int, default=0, help="so many more entries in the chronologies")
    parser.add_argument("--cases", type=int, default=0, help="so many more open cases")
    parser.add_argument("--var", help="folder of a database that is already loaded")
    parser.add_argument("--rounds", type=int, help="how often each page is asked")
    return parser


def _start(var: Path) -> None:
    os.environ |= {"MAINSTAY_DEMO": "true", "MAINSTAY_VAR": str(var), "MAINSTAY_LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.roof.settings"
    (var / "static").mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.conf import settings

    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


def _load(quick: bool) -> None:
    from django.core.management import call_command
    from django.db import connections

    from mainstay.roof import demo_command

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    if demo_command.main(["--quick"] if quick else []):
        sys.exit("the made-up city could not be loaded")


def _plan() -> None:
    """The database's statistics as after the nightly refresh."""
    from django.utils import timezone

    from mainstay.service.common.upkeep import refresh_statistics

    refresh_statistics(on=timezone.localdate(), last=None)


def _measure(rounds: int) -> tuple[list[Page], list[str]]:
    found: dict[str, Page] = {}
    for role, client in _people():
        for page in _linked(client, role, set(found)):
            found.setdefault(page.name, page)
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    missed = sorted(n for n in names - set(found) if not n.startswith(LEFT_OUT))
    pages = [*found.values(), *_searches(found[PLAIN].client)]
    for page in pages:
        page.queries = _queries(page)
    for _ in range(rounds):
        for page in pages:
            if page.words:
                page.client.post(page.address, {"q": page.words})
            begun = time.perf_counter()
            _read(page.client.get(page.address))
            page.times.append(time.perf_counter() - begun)
    return pages, missed


def _people() -> Iterator[tuple[str, Client]]:
    """The manager, then somebody of every other role."""
    from mainstay.service.accounts.models import RoleHeld, User

    others = RoleHeld.objects.order_by("role", "pk").values_list("role", "user__email")
    for role, email in {
        "service_manager": MANAGER,
        **{r: e for r, e in others if r != "service_manager"},
    }.items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(email=email))
        yield role, client


def _linked(client: Client, role: str, known: set[str]) -> list[Page]:
    """The pages that links lead to from the first page on, one of each name that is not known yet."""
    waiting, seen, counted = deque(["/", reverse(PLAIN)]), {"/", reverse(PLAIN)}, Counter[str]()
    best: dict[str, Page] = {}
    while waiting:
        address = waiting.popleft()
        name = resolve(address.partition("?")[0]).url_name or ""
        counted[name] += 1
        if (
            counted[name] > (1 if name in known else OF_A_NAME)
            or name.startswith(LEFT_OUT)
            or name.endswith("_export")
        ):
            continue
        response = _read(client.get(address))
        if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(name, address, client, role, size=len(response.content))
        if name not in known and (name not in best or best[name].size < page.size):
            best[name] = page
        for link in _LINK.findall(response.content.decode()):
            link = urljoin(address, html.unescape(link)).partition("#")[0]
            if link.startswith("/") and link not in seen and _is_ours(link):
                seen.add(link)
                waiting.append(link)
    return list(best.values())


def _is_ours(link: str) -> bool:
    try:
        return bool(resolve(link.partition("?")[0]).url_name)
    except Resolver404:
        return False


def _searches(client: Client) -> Iterator[Page]:
    """The page of results for words of each kind."""
    for words in SEARCHES:
        client.post(reverse("search"), {"q": words})
        yield Page(f"search: {words}", reverse("search"), client, words=words)


def _queries(page: Page) -> int:
    """How many it asks; the first asking also warms everything that is made once."""
    if page.words:
        page.client.post(page.address, {"q": page.words})
    _read(page.client.get(page.address))
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        _read(page.client.get(page.address))
        return sum(map(len, captured))


def _read(response: Any) -> Any:
    if getattr(response, "streaming", False):
        b"".join(response)
    return response


def _print(pages: list[Page], missed: list[str], rounds: int) -> None:
    plain = next(page for page in pages if page.name == PLAIN)
    print(f"Median of {rounds} rounds; plainest page: {plain.address}\n")
    print(f"{'page':<36}{'ms':>8}{'times plain':>13}{'queries':>9}  role")
    for page in sorted(pages, key=lambda p: -p.median):
        times = page.median / plain.median
        print(f"{page.name:<36}{page.median * 1000:>8.1f}{times:>13.1f}{page.queries:>9}  {page.role}")
    print(f"No page was reached by a link for: {', '.join(missed)}")
    slowest = max(page.median for page in pages) / plain.median
    print(
        json.dumps(
            {
                "pages": len(pages),
                "slowest_vs_plain_page": round(slowest, 2),
                "most_queries": max(page.queries for page in pages),
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
