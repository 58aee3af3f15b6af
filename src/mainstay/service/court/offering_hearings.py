"""What hearings and results give to the rest: tabs, first page, parts of a prosecution's page, addresses, leavers."""

from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.models import User
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import date_time
from mainstay.service.court import parts, passing
from mainstay.service.court.actions import objections, telling
from mainstay.service.court.models import (
    CourtDirection,
    Hearing,
    Prosecution,
    Sitting,
    StatementServed,
)
from mainstay.service.court.places import Place, offer
from mainstay.service.court.queries import hearings as shown
from mainstay.service.court.queries import results
from mainstay.service.court.steps import BEFORE_COURT
from mainstay.service.court.steps_hearings import kind_of
from mainstay.service.documents.announcements import service_changed
from mainstay.service.record import providers
from mainstay.service.team import providers as team
from mainstay.service.team.times import bounds

State = Prosecution.State


def hearings_part(one: Prosecution, user: Any) -> parts.Part | None:
    """The hearings of a prosecution, and what its trial waits for; at most two queries."""
    found = list(one.hearings.select_related("sitting__court"))
    before = one.state in BEFORE_COURT
    if not before and not found:
        return None
    coming = any(not hearing.outcome for hearing in found)
    given = {
        "one": one,
        "found": found,
        "colours": shown.COLOURS,
        "user": user,
        "next": Hearing.Kind(kind_of(one)).label if before and not coming else "",
        "undecided": before and any(h.outcome == Hearing.Outcome.DECIDED for h in found),
        "trial": before and (one.state in (State.LISTED, State.TRIAL) or one.statements_served.exists()),
        "before": before,
    }
    body = render_to_string("court/hearings/_part.jinja", given)
    return parts.Part(60, "Hearings", mark_safe(body), len(found))  # noqa: S308 (a rendered template)


def results_part(one: Prosecution, user: Any) -> parts.Part | None:
    """Its results, void ones struck; spent ones for legal alone, which is said."""
    today = timezone.localdate()
    every = list(one.results.all())
    discharges = results.running_discharges(one, today)
    if not every and not discharges:
        return None
    sees = user.may("see_privileged")
    found = [result for result in every if sees or not results.spent(result, today)]
    given = {
        "one": one,
        "found": [
            (result, results.facts(result, today)[3:], results.spent(result, today)) for result in found
        ],
        "hidden": len(every) - len(found),
        "colours": results.COLOURS,
        "discharges": discharges,
        "user": user,
    }
    body = render_to_string("court/results/_part.jinja", given)
    return parts.Part(70, "Results", mark_safe(body), len(every))  # noqa: S308 (a rendered template)


def costs_part(one: Prosecution, user: Any) -> parts.Part | None:
    """What is asked for in costs, for whoever prosecutes."""
    if not user.may("prosecute"):
        return None
    schedules = list(one.costs_schedules.select_related("by"))
    given = {"one": one, "schedules": schedules, "user": user, "open": one.state in (*BEFORE_COURT, State.EVIDENCE, State.READY)}  # fmt: skip
    body = render_to_string("court/results/_costs.jinja", given)
    return parts.Part(80, "Costs and antecedents", mark_safe(body))  # noqa: S308 (a rendered template)


def first_page(user: Any, today: date) -> list[Block]:
    """For whoever prosecutes: the hearings of the month, results to write down and to tell."""
    if not user.may("prosecute"):
        return []
    return [_hearings(user, today), _to_report(user)]


def _hearings(user: Any, today: date) -> Block:
    found = shown.month(user, today, SHOWN + 1)
    rows = [
        Row(
            f"{hearing.prosecution.number}, {hearing.sitting.court.name}", reverse("hearing", args=[hearing.pk]),
            date_time(hearing.sitting.starts), *_when(hearing, today),
        )
        for hearing in found[:SHOWN]
    ]  # fmt: skip
    late = any(row.colour == "red" for row in rows)
    return Block(
        "Hearings of the next month", rows, "No hearing is listed for the next month.", reverse("hearings"),
        "All hearings" if len(found) > SHOWN else "", "urgent" if late else "", order=41 if rows else 57,
    )  # fmt: skip


def _when(hearing: Hearing, today: date) -> tuple[str, str]:
    on = timezone.localdate(hearing.sitting.starts)
    if on < today:
        return "not recorded", "red"
    return ("today", "yellow") if on == today else (hearing.get_kind_display(), "blue")


def _to_report(user: Any) -> Block:
    rows = [
        Row(f"{one.prosecution.number}: write down the result", reverse("court_result_new", args=[one.prosecution_id]), "", "today", "red")
        for one in shown.undecided(user)[:SHOWN]
    ]  # fmt: skip
    rows += [
        Row(f"{one.prosecution.number}: tell the school and the officer", reverse("court_result_tell", args=[one.pk]), "", one.get_verdict_display(), results.COLOURS[one.verdict])
        for one in shown.to_report(user)[: SHOWN - len(rows)]
    ]  # fmt: skip
    return Block(
        "Results to report", rows, "Every result is recorded and told.", reverse("court_results"),
        kind="urgent" if rows else "", order=42 if rows else 57,
    )  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a hearing, a direction, a statement or a result that a deadline is about can be seen."""
    if not key.isdecimal():
        return None
    pk = int(key)
    if kind == Hearing._meta.label_lower:
        return reverse("hearing", args=[pk])
    if kind == "court.result":
        return reverse("court_result", args=[pk])
    if kind == CourtDirection._meta.label_lower:
        of = CourtDirection.objects.filter(pk=pk).values_list("hearing_id", flat=True).first()
        return reverse("hearing", args=[of]) if of else None
    if kind == StatementServed._meta.label_lower:
        of = StatementServed.objects.filter(pk=pk).values_list("prosecution_id", flat=True).first()
        return reverse("court_trial", args=[of]) if of else None
    return None


def has_left(*, user: User, at: datetime) -> None:
    """Sittings to come of somebody who left have nobody who presents."""
    theirs = Sitting.objects.filter(presenter=user, starts__gt=at)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        Sitting.objects.filter(pk__in=ids).update(presenter=None)
        trail.record(by=None, at=at, action="sittings.passed_on", on=user, sittings=ids)


def engaged(users: list[int], starts: datetime, ends: datetime) -> list[team.Engaged]:
    """Whoever presents at a sitting; how long it lasts nobody knows, so the rest of its day is taken."""
    first = timezone.localtime(starts).replace(hour=0, minute=0)
    found = Sitting.objects.filter(presenter__in=users, starts__gte=first, starts__lt=ends)
    rows = found.order_by().values_list("presenter_id", "starts")
    whole = [
        team.Engaged(user, begins, bounds(timezone.localdate(begins))[1], "Court")
        for user, begins in rows
        if user is not None
    ]
    return [one for one in whole if one.ends > starts]


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(40, "To list", "court_to_list", "prosecute"),
        Place(42, "Sittings", "sittings", "see_prosecutions"),
        Place(43, "Calendar", "hearing_calendar", "see_prosecutions"),
        Place(44, "Hearings", "hearings", "see_prosecutions"),
        Place(50, "Results", "court_results", "see_prosecutions"),
        Place(52, "Report", "court_report", "see_prosecutions"),
        Place(90, "Courts", "courts", "prosecute"),
    )
    parts.add(hearings_part)
    parts.add(results_part)
    parts.add(costs_part)
    attendance.first_page.register(first_page)
    providers.addresses.register(address)
    providers.for_legal_alone.register(results.entries_of_spent)
    service_changed.subscribe(telling.handed_over)
    service_changed.subscribe(objections.service_changed)
    left.subscribe(has_left)
    team.engaged.register(engaged)
    daily("court.times_over")(passing.times_over)
