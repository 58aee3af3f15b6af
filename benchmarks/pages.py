"""How long the server takes for each page, beside the plainest page, with the made-up city loaded.

    python benchmarks/pages.py [--quick] [--notices N] [--entries N] [--cases N] [--var FOLDER] [--rounds N]

Every page that a service manager can open by GET, except downloads, documents and signing in: median of
the server's own time (no network, the whole of Django from request to response), times the plainest page
(the accessibility statement) of the same rounds, and the number of SQL queries. ``--var`` measures a
database that is already loaded; without it a city is made in a folder that is removed afterwards. ``--notices`` writes so
many more penalty notices into the books before measuring, ``--entries`` so many entries into the chronologies, ``--cases`` so many open cases. The page of
results is asked for with words of each kind (``SEARCHES``); none may take more than 8 times the plainest page.

The last line is JSON: ``slowest_vs_plain_page`` and ``most_queries``.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: the numbers of an address; None where there is nothing of the kind
Thing = int | tuple[int, ...] | None
PLAIN = "accessibility"
MANAGER = "manager@example.org"
#: no pages of the service: forms of signing in, downloads, and what programs read
#: addresses that are about words rather than a thing
WORDS = {
    "letter": ("penalty_notice",),
    "letter_slot": ("penalty_notice", "opening"),
    "notice_code_set": ("posted_by",),
    "fast_track_value_set": ("weeks",),
    "team_value_set": ("checklist",),
}
SEARCHES = (
    "smith", "ann sm", "katherin smyth", "14/3/2012", "12 Beech Road", "beech road", "EW-000001", "attendance", "grandmother",
    "nothing of that name",
)  # fmt: skip
LEFT_OUT = ("account_", "mfa_", "join", "choose_password", "forgotten_password", "healthz", "document")


@dataclass(slots=True)
class Page:
    name: str
    address: str
    status: int = 0
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
        measured, skipped = _measure(rounds)
    _print(measured, skipped, rounds)
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


def _measure(rounds: int) -> tuple[list[Page], list[tuple[str, str]]]:
    from django.test import Client

    from mainstay.service.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=MANAGER))
    pages, skipped = [], []
    for name, address in _addresses():
        if address is None:
            skipped.append((name, "there is nothing it could show"))
            continue
        page = Page(name, address)
        page.status, page.queries, kind = _count(client, address)
        if page.status == 200 and not kind.startswith("text/html"):
            skipped.append((name, f"is a file ({kind})"))
        elif page.status == 200:
            pages.append(page)
        elif page.status != 405:
            skipped.append((name, f"answers {page.status}"))
    pages += _searches(client)
    for _ in range(rounds):
        for page in pages:
            if page.words:
                client.post(page.address, {"q": page.words})
            begun = time.perf_counter()
            _read(client.get(page.address))
            page.times.append(time.perf_counter() - begun)
    return pages, skipped


def _searches(client: Any) -> Iterator[Page]:
    """The page of results for words of each kind."""
    from django.urls import reverse

    for words in SEARCHES:
        page = Page(f"search: {words}", reverse("search"), words=words)
        client.post(page.address, {"q": words})
        page.status, page.queries, _ = _count(client, page.address)
        yield page


def _count(client: Any, address: str) -> tuple[int, int, str]:
    """The status, the number of queries and what kind of answer; also warms everything that is compiled once."""
    from contextlib import ExitStack

    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    _read(client.get(address))
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        response = _read(client.get(address))
        return (
            response.status_code,
            sum(map(len, captured)),
            response.get("Content-Type", "").partition(";")[0],
        )


def _read(response: Any) -> Any:
    if getattr(response, "streaming", False):
        b"".join(response)
    return response


def _addresses() -> Iterator[tuple[str, str | None]]:
    """Every page by name, with the address of something typical; None where the city holds no such thing."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    things = _things()
    for name in sorted(n for n in get_resolver().reverse_dict if isinstance(n, str)):
        wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        if name.startswith(LEFT_OUT) or "kind" in wanted or (name.endswith("_export")):
            continue
        if not wanted or name in WORDS:
            yield name, reverse(name, args=WORDS.get(name, ()))
            continue
        start = max((s for s in things if name.startswith(s)), key=len, default=None)
        try:
            found = things[start] if start else None
            args = found if isinstance(found, tuple) else [found] * len(wanted)
            yield name, reverse(name, args=args) if found else None
        except NoReverseMatch:
            yield name, None


def _things() -> dict[str, Thing]:
    """Something typical, on the heavy side, for each beginning of a name; a tuple where the address has two numbers."""
    from django.db.models import Count

    from mainstay.service.accounts.models import Invitation, User
    from mainstay.service.attendance.models import Finding, RegisterImport
    from mainstay.service.directory.models import Conflict, MergeCandidate, Parenthood, School, Trust
    from mainstay.service.documents.models import Leaflet, PrintRun, Service, Statement
    from mainstay.service.record.models import Deadline, Entry

    def first(rows: Any) -> int | None:
        return rows.values_list("pk", flat=True).first()

    finding = (
        Finding.objects.filter(pupil__restricted=False, kind="threshold").order_by("-weight", "pk").first()
    )
    pupil = finding.pupil_id if finding else None
    return {
        "pupil": pupil,
        "finding": finding.pk if finding else None,
        "school": first(School.objects.annotate(n=Count("pupils")).order_by("-n")),
        "parent": Parenthood.objects.filter(pupil_id=pupil).values_list("parent_id", flat=True).first(),
        "trust": first(Trust.objects.all()),
        "entry": first(Entry.objects.filter(pupil_id=pupil)),
        "import": first(RegisterImport.objects.order_by("pk")),
        "conflict": first(Conflict.objects.all()),
        "merge": first(MergeCandidate.objects.filter(state="open")),
        "user": first(User.objects.order_by("pk")),
        "invitation": first(Invitation.objects.all()),
        "deadline": first(Deadline.objects.open()),
        "leaflet": first(Leaflet.objects.all()),
        "leaflet_give": pupil,
        "statement_new": pupil,
        "statement": first(Statement.objects.all()),
        "print_run": first(PrintRun.objects.exclude(file=None)),
        "service_record": first(Service.objects.filter(channel="print")),
        **_of_notices(pupil),
        **_of_cases(pupil),
        **_of_team(),
    }


def _of_cases(pupil: int | None) -> dict[str, Thing]:
    """The same for referrals, cases and what belongs to them; each where its page has most to show."""
    from mainstay.service.casework import models as casework

    def first(rows: Any, *fields: str) -> Any:
        found = rows.order_by("pk").values_list(*(fields or ("pk",))).first()
        return found if found is None or len(found) > 1 else found[0]

    cases, referrals, tracks = casework.Case.objects, casework.Referral.objects, casework.FastTrack.objects
    visited = first(cases.filter(visits__state="recorded"))
    fast = {state: first(tracks.filter(state=state)) for state in casework.FastTrack.State.values}
    invited = casework.FastTrackInvitation.objects.filter(fast_track__state="to_invite")
    plans = {state: first(casework.Plan.objects.filter(state=state)) for state in casework.Plan.State.values}
    return {
        "case": visited,
        "consultation": first(casework.Consultation.objects.exclude(pupil=None)),
        "referral": first(referrals.filter(state="acknowledged")),
        "referral_new": pupil,
        "referral_appeal_decide": first(referrals.filter(state="appealed")),
        "visit": first(casework.Visit.objects.filter(state="recorded")),
        "visit_record": first(casework.Visit.objects.filter(state="left")),
        "visit_new": visited,
        "investigation": first(casework.Investigation.objects.filter(case=visited)),
        "investigation_agree": first(casework.Investigation.objects.filter(state="finished")),
        "investigation_review": first(casework.Investigation.objects.filter(case__state="monitoring")),
        "plan": plans["running"],
        "plan_write": plans["draft"],
        "plan_promise": plans["draft"],
        "plan_sign": plans["offered"],
        "plan_new": visited,
        "fast_track": fast["framework"],
        "fast_track_new": first(cases.filter(state="monitoring")),
        "fast_track_meeting": fast["to_invite"],
        **dict.fromkeys(
            ("fast_track_needs", "fast_track_leaflet"), first(invited, "fast_track_id", "parent_id")
        ),
        **dict.fromkeys(("fast_track_rearrange", "fast_track_hold", "fast_track_absent"), fast["invited"]),
        "fast_track_plan": fast["met"],
        "fast_track_review": fast["review"],
        "interview": first(casework.Interview.objects.all()),
        "interview_begin": first(
            casework.FastTrackInvitation.objects.filter(fast_track__state="met"), "fast_track_id", "parent_id"
        ),
        "chair": first(casework.Chair.objects.all()),
    }


def _of_team() -> dict[str, Thing]:
    """The same for the team and for targeting meetings."""
    from mainstay.service.accounts.models import User
    from mainstay.service.attendance.targeting import models as targeting
    from mainstay.service.team import models as team

    def first(rows: Any) -> int | None:
        return rows.order_by("pk").values_list("pk", flat=True).first()

    meetings = {
        state: first(targeting.TargetingMeeting.objects.filter(state=state))
        for state in targeting.TargetingMeeting.State.values
    }
    absence, manager = first(team.Absence.objects.all()), User.objects.get(email=MANAGER).pk
    school = targeting.TargetingMeeting.objects.filter(pk=meetings["agreed"])
    return {
        "contact_of": manager,
        "absence": absence,
        "cover": first(team.Cover.objects.all()),
        "cover_ask": absence,
        "duty_call": first(team.Call.objects.filter(answered_at=None)),
        "swap_ask": first(team.DutyDay.objects.filter(officer=manager)),
        "swap_answer": first(team.Swap.objects.all()),
        "supervision": first(team.Supervision.objects.filter(supervisor=manager)),
        "quality": first(team.Review.objects.filter(state="drawn")),
        "quality_moderate": first(team.Review.objects.filter(state="reviewed")),
        **dict.fromkeys(("targeting_meeting", "targeting_children"), meetings["agreed"]),
        **dict.fromkeys(
            (
                "targeting_meeting_move",
                "targeting_meeting_cancel",
                "targeting_meeting_ask",
                "targeting_meeting_begin",
            ),
            meetings["ready"],
        ),
        "targeting_live": meetings["live"],
        "targeting_agree": meetings["ended"],
        "targeting_action": first(targeting.TargetingAction.objects.filter(done_at=None)),
        "targeting_frequency": school.values_list("school_id", flat=True).first(),
    }


def _of_notices(pupil: int | None) -> dict[str, Thing]:
    """The same for notices and what goes before and after them; a step that is open where a page is about one."""
    from mainstay.service.penalties import models as penalties

    def first(rows: Any) -> int | None:
        return rows.order_by("pk").values_list("pk", flat=True).first()

    notices, requests = penalties.Notice.objects, penalties.NoticeRequest.objects
    draft = first(notices.filter(state="draft"))
    return {
        "notice": first(notices.filter(state="paid")),
        "notice_withdraw": first(notices.filter(state="issued")),
        "notice_propose": draft,
        "notice_drop": draft,
        "enquiry_new": draft,
        **dict.fromkeys(("notice_send_back", "notice_refuse"), first(notices.filter(state="proposed"))),
        "notice_prosecute": first(notices.filter(state="unpaid")),
        "notice_sign_off": first(notices.filter(state="withdrawn")),
        "notice_request": first(requests.filter(state="asked", notices__state="draft")),
        "notice_request_new": pupil,
        "improvement": first(penalties.Improvement.objects.filter(state="breached")),
        "improvement_edit": first(penalties.Improvement.objects.filter(state="draft")),
        "improvement_new": pupil,
        "leave": first(penalties.LeaveRequest.objects.filter(state="refused")),
        "leave_new": pupil,
        "enquiry": first(penalties.Enquiry.objects.all()),
        "earlier_import": first(penalties.EarlierImport.objects.all()),
        "earlier_notice": first(penalties.EarlierNotice.objects.all()),
        "payment": first(penalties.Payment.objects.all()),
        "payment_record": first(notices.filter(state="issued")),
        "refund": first(penalties.Refund.objects.filter(state="due")),
        "bank_file": first(penalties.BankFile.objects.all()),
        "bank_line": first(penalties.BankLine.objects.filter(state="unmatched")),
        "finance": first(penalties.FinanceBatch.objects.all()),
    }


def _print(pages: list[Page], skipped: list[tuple[str, str]], rounds: int) -> None:
    plain = next(page for page in pages if page.name == PLAIN)
    print(f"Median of {rounds} rounds, signed in as {MANAGER}; plainest page: {plain.address}\n")
    print(f"{'page':<28}{'ms':>8}{'times plain':>13}{'queries':>9}")
    for page in sorted(pages, key=lambda p: -p.median):
        times = page.median / plain.median
        print(f"{page.name:<28}{page.median * 1000:>8.1f}{times:>13.1f}{page.queries:>9}")
    for name, why in skipped:
        print(f"{name:<28}not measured: {why}")
    slowest = max(page.median for page in pages) / plain.median
    print(
        json.dumps(
            {"slowest_vs_plain_page": round(slowest, 2), "most_queries": max(page.queries for page in pages)}
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
