"""What this room gives to the rest: the menu, first pages, the child's Cases tab, search by number, addresses."""

import re
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.context import navigation, public_forms
from mainstay.service.accounts.owning import held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Heading, Listed, Row
from mainstay.service.common import search
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil, pupils_in_view
from mainstay.service.employment import places, watching
from mainstay.service.employment.actions.reporting import LIMIT
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import (
    Chaperone,
    Handover,
    Inspection,
    Licence,
    Permit,
    Report,
    SchoolView,
)
from mainstay.service.employment.models.base import State
from mainstay.service.employment.queries.lists import COLOURS, by_state
from mainstay.service.record import providers
from mainstay.service.record.models import Deadline
from mainstay.service.record.providers import About, Found, Line
from mainstay.service.record.queries import left_until

_PAGES: Final = {
    **{kind.model._meta.label_lower: kind.page for kind in KINDS.values()},
    Report._meta.label_lower: "employment_report",
    Inspection._meta.label_lower: "employment_inspection",
    Handover._meta.label_lower: "employment_handover",
}
_PREFIXES: Final = {
    **{kind.model.PREFIX: kind.model for kind in KINDS.values()},
    "IE": Report,
    "EH": Handover,
    "IN": Inspection,
}
_NUMBER: Final = re.compile(rf"\s*({'|'.join(_PREFIXES)})[\s-]*0*([0-9]{{1,9}})\s*", re.IGNORECASE)


def menu(user: Any) -> list[dict[str, Any]]:
    """Whoever works here has it near; schools answer questions; officers look it up."""
    if user.may("see_employment"):
        order = 20 if user.may("work_employment") and not user.may("see_team") else 60
        return [
            {
                "text": "Employment",
                "href": reverse("employment_permits"),
                "order": order,
                "places": places.addresses(),
            }
        ]
    if user.may("view_on_employment"):
        return [{"text": "Work and performances", "href": reverse("employment_views"), "order": 60}]
    return []


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: what waits in child employment."""
    if not user.may("decide_employment") or not user.may("see_team"):
        return []
    return [
        Counted(WAITING, "Employment permits to decide", "permit", _permits, f"{reverse('employment_permits')}?state=received"),
        Counted(WAITING, "Performance licences to decide", "licence", _licences, f"{reverse('employment_licences')}?state=received"),
        Counted(WAITING, "Illegal employment to triage", "report", _to_triage, f"{reverse('employment_reports')}?state=received", late=True),
    ]  # fmt: skip


def own_work(user: Any, today: date) -> list[Block]:
    """The child employment officer's day: reports first, then what is to be checked, then chaperones to renew."""
    if not user.may("work_employment") or user.may("see_team"):
        return []
    reports = [
        Row(f"{one.number}: {one.employer}", reverse("employment_report", args=[one.pk]), f"received {short_date(one.received_on)}",
            *(("Fear for the child now", "red") if one.danger and one.state == "received" else (one.get_state_display(), "blue")))
        for one in Report.objects.visible_to(user).exclude(state=Report.State.CLOSED).order_by("-danger", "received_on")[:SHOWN]
    ]  # fmt: skip
    blocks = [Block("Illegal employment", reports, "No report is open.", reverse("employment_reports"), "",
                    "urgent" if any(row.colour == "red" for row in reports) else "", order=8)]  # fmt: skip
    blocks.append(_to_prosecute(user, today))
    for order, key, title in ((10, "permit", "Permits to check"), (12, "licence", "Licences to check")):
        kind = KINDS[key]
        found = kind.model.objects.visible_to(user).filter(state=State.RECEIVED).select_related("pupil")
        rows = [
            Row(
                f"{one.number}: {one.listed_child}",
                reverse(kind.page, args=[one.pk]),
                f"received {short_date(one.received_on)}",
            )
            for one in found.order_by("received_on", "pk")[:SHOWN]
        ]
        blocks.append(
            Block(title, rows, "Nothing waits.", f"{reverse(kind.list)}?state=received", order=order)
        )
    soon = by_state(Chaperone.objects.visible_to(user), "renew").order_by("expires_on")[:SHOWN]
    rows = [
        Row(one.name, reverse("employment_chaperone", args=[one.pk]), f"until {short_date(one.expires_on)}")
        for one in soon
    ]
    blocks.append(
        Block(
            "Chaperones to renew",
            rows,
            "No approval ends soon.",
            f"{reverse('employment_chaperones')}?state=renew",
            order=14,
        )
    )
    return blocks


def _to_prosecute(user: Any, today: date) -> Block:
    """Until when prosecutions can be begun: of the officer's own reports, and of those nobody works on."""
    limits = Deadline.objects.open().filter(
        Q(owner=user) | Q(owner=None), Q(pupil=None) | pupils_in_view(user), about_kind=Report._meta.label_lower,
        rule=LIMIT,
    ).order_by("last_day", "pk")[:SHOWN]  # fmt: skip
    rows = [
        Row(one.label, reverse("employment_report", args=[int(one.about_id)]), short_date(one.last_day), *left_until(one.last_day, today))
        for one in limits
    ]  # fmt: skip
    return Block("Last days to prosecute", rows, "No prosecution waits to be begun.", f"{reverse('employment_reports')}?state=closed",
                 "", "urgent" if any(row.colour == "red" for row in rows) else "", order=9)  # fmt: skip


def _permits(user: Any) -> QuerySet[Any]:
    return Permit.objects.visible_to(user).filter(state=State.RECEIVED)  # type: ignore[no-any-return]


def _licences(user: Any) -> QuerySet[Any]:
    return Licence.objects.visible_to(user).filter(state=State.RECEIVED)  # type: ignore[no-any-return]


def _to_triage(user: Any) -> QuerySet[Any]:
    return Report.objects.visible_to(user).filter(state=Report.State.RECEIVED)


def listed(user: Any, today: date) -> list[Listed]:
    """An officer's referrals from child employment, and a school's questions."""
    if user.may("view_on_employment"):
        under = Heading("Asked about work and performances", "", 38, reverse("employment_views"))
        return [
            Listed(under, _asked_of_permits, "employment_view", "permit__pupil", "answer_by", "to work"),
            Listed(under, _asked_of_licences, "employment_view", "licence__pupil", "answer_by", "to perform"),
        ]
    if user.may("see_employment") and user.may("work_case"):
        under = Heading("From child employment", "", 38, f"{reverse('employment_handovers')}?scope=mine")
        return [Listed(under, _handed, "employment_handover", "pupil", "", "answer it")]
    return []


def _asked_of_permits(user: Any) -> QuerySet[Any]:
    return SchoolView.objects.visible_to(user).waiting().exclude(permit=None)


def _asked_of_licences(user: Any) -> QuerySet[Any]:
    return SchoolView.objects.visible_to(user).waiting().exclude(licence=None)


def _handed(user: Any) -> QuerySet[Any]:
    return Handover.objects.visible_to(user).filter(officer=user, state=Handover.State.SENT)


def about(pupil: Pupil, user: Any) -> list[About]:
    """On the child's Cases tab, newest first of each kind."""
    return [
        About(_permits_of, _permit, note="employer", on="received_on"),
        About(_licences_of, _licence, note="production", on="received_on"),
        About(_reports_of, _report, note="outcome", on="received_on"),
    ]


def _permits_of(pupil: Pupil, user: Any) -> QuerySet[Any]:
    return Permit.objects.visible_to(user).filter(pupil=pupil)  # type: ignore[no-any-return]


def _licences_of(pupil: Pupil, user: Any) -> QuerySet[Any]:
    return Licence.objects.visible_to(user).filter(pupil=pupil)  # type: ignore[no-any-return]


def _reports_of(pupil: Pupil, user: Any) -> QuerySet[Any]:
    return Report.objects.visible_to(user).filter(pupil=pupil)


def _permit(found: Found) -> Line:
    one = Permit(pk=found.pk, state=found.state)
    return _line(f"Employment permit {one.number}", one, found.note, found.on)


def _licence(found: Found) -> Line:
    one = Licence(pk=found.pk, state=found.state)
    return _line(f"Performance licence {one.number}", one, found.note, found.on)


def _report(found: Found) -> Line:
    one = Report(pk=found.pk, outcome=found.note, state=found.state)
    return _line(f"Illegal employment {one.number}", one, one.get_outcome_display(), found.on)


def _line(text: str, one: Any, note: str, on: date | None) -> Line:
    href = reverse(_PAGES[one._meta.label_lower], args=[one.pk])
    return Line(text, href, note, on, one.get_state_display(), COLOURS[one.state])


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """Officers and schools report a child at work; child employment refers to an officer."""
    found = []
    if user.may("report_employment"):
        found.append(
            {"text": "Report illegal employment", "href": reverse("employment_report_child", args=[pupil.pk])}
        )
    if user.may("work_employment"):
        found.append({"text": "Refer to an officer", "href": reverse("employment_refer", args=[pupil.pk])})
    return found


def address(kind: str, key: str) -> str | None:
    return reverse(_PAGES[kind], args=[int(key)]) if kind in _PAGES and key.isdecimal() else None


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    model: Any = _PREFIXES[match[1].upper()]
    page = _PAGES[model._meta.label_lower]
    return [
        search.Hit(page, model._meta.verbose_name.capitalize(), one.pk, one.number, getattr(one, "listed_child", ""), False,
                   reverse(page, args=[one.pk]))
        for one in model.objects.visible_to(user).filter(pk=int(match[2]))
    ]  # fmt: skip


def forms() -> list[dict[str, Any]]:
    """What anybody may send without a sign-in."""
    said = (
        ("permit", "ask", "Apply for a work permit", "For employers."),
        ("licence", "ask", "Apply for a performance licence", "For producers and agencies."),
        ("report", "report", "Report a child at work", "You need not say who you are."),
    )
    return [
        {"kind": kind, "text": text, "hint": hint, "href": reverse("employment_form", args=[which]),
         "name": f"employment_form/{which}", "pages": ("employment",)}
        for which, kind, text, hint in said
    ]  # fmt: skip


def register() -> None:
    """From ``apps.py``."""
    public_forms.register(forms)
    navigation.register(menu)
    attendance.own_work.register(own_work)
    attendance.counted.register(counted)
    attendance.listed.register(listed)
    providers.cases.register(about)
    providers.begin.register(begin)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    pupils_merged.subscribe(watching.move)
    left.subscribe(watching.left)
    held.register(watching.holds)
    daily("employment")(watching.day)
