"""What prosecutions give to the rest: menu, first pages, lines of a child's Cases tab, parts of pages, addresses."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from mainstay.service.accounts.announcements import left as accounts_left
from mainstay.service.accounts.context import navigation
from mainstay.service.accounts.owning import held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Heading, Listed, Row
from mainstay.service.casework import parts as case_parts
from mainstay.service.casework import providers as casework
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries.cases import child
from mainstay.service.common import search
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import prepared
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import clocks, owning, parts, parts_prosecutions
from mainstay.service.court.actions import stopping
from mainstay.service.court.models import Prosecution
from mainstay.service.court.places import Place, addresses, offer
from mainstay.service.court.queries import to_propose
from mainstay.service.court.queries.prosecutions import COLOURS, NEAR, clock, defendant
from mainstay.service.court.queries.readiness import kept_with
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.directory.relations import parents_name
from mainstay.service.documents.announcements import service_changed
from mainstay.service.orders import providers as orders
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties import providers as penalties
from mainstay.service.penalties.models import Notice
from mainstay.service.record import providers
from mainstay.service.record.providers import About, Found, Line

State = Prosecution.State
#: prosecutions without a charge that the first page looks at: far more than a service ever has
MOST: Final = 400
#: nothing more is to be proved in these
OVER: Final = (*Prosecution.OVER, State.DECIDED, State.AFTER)
Pair = tuple[int, int]  # parent, pupil
_NUMBER: Final = re.compile(r"\s*PR[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_prosecutions"):
        return []
    return [{"text": "Court", "href": reverse("prosecutions"), "order": 16, "places": addresses()}]


def cases(pupil: Pupil, user: Any) -> list[About]:
    """The prosecutions about a child, newest first."""
    return [About(_about, _line, note="whom", on="state_since")]


def _about(pupil: Pupil, user: Any) -> QuerySet[Prosecution]:
    seen = Prosecution.objects.visible_to(user).filter(case__pupil=pupil)
    return seen.annotate(whom=parents_name("parent"))


def _line(found: Found) -> Line:
    one = Prosecution(pk=found.pk, state=found.state)
    return Line(
        f"Prosecution {one.number}", reverse("prosecution", args=[one.pk]), f"of {found.note}", found.on,
        one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a prosecution that an entry or deadline is about can be seen."""
    known = kind == Prosecution._meta.label_lower and key.isdecimal()
    return reverse("prosecution", args=[int(key)]) if known else None


def following(order: Any, user: Any) -> list[dict[str, str]]:
    """What can follow from breached directions, or from an attendance order that is not complied with."""
    if not user.may("propose_prosecution"):
        return []
    names = {SupervisionOrder: "prosecution_of_supervision", AttendanceOrder: "prosecution_of_attendance"}
    return [{"text": "Propose a prosecution", "href": reverse(names[type(order)], args=[order.pk])}]


def open_matters(case: Case) -> list[str]:
    """The prosecutions that keep a case open."""
    return [
        f"Prosecution {one.number} is under way ({one.get_state_display().lower()}): it ends first."
        for one in kept_with(case)
        if one.state not in Prosecution.OVER
    ]


def of_order(order: Any, user: Any) -> list[dict[str, str]]:
    """The prosecutions that came from an order, for its page."""
    names = {SupervisionOrder: "supervision_order", AttendanceOrder: "attendance_order"}
    found = (
        Prosecution.objects.visible_to(user).filter(**{names[type(order)]: order.pk}).select_related("parent")
    )
    return [
        {
            "text": f"{one.number} against {one.parent.name}", "href": reverse("prosecution", args=[one.pk]),
            "state": one.get_state_display(), "colour": COLOURS[one.state],
        }
        for one in found.order_by("pk")
    ]  # fmt: skip


def of_notice(notice: Notice, user: Any) -> list[dict[str, str]]:
    """The prosecutions of an unpaid notice; where none is under way, that one can be proposed."""
    if notice.state != Notice.State.PROSECUTING or not user.may("see_prosecutions"):
        return []
    found = list(Prosecution.objects.visible_to(user).filter(notice=notice))
    steps = [
        {"text": f"Prosecution {one.number}: {one.get_state_display().lower()}", "href": reverse("prosecution", args=[one.pk])}
        for one in found
    ]  # fmt: skip
    if all(one.state in Prosecution.OVER for one in found) and user.may("propose_prosecution"):
        steps.append(
            {"text": "Propose the prosecution", "href": reverse("prosecution_of_notice", args=[notice.pk])}
        )
    return steps


def first_page(user: Any, today: date) -> list[Block]:
    """The limits that run, for legal and whoever leads; what is to be tested and authorised, for whoever does it."""
    if not user.sees_all_schools or not user.may("see_prosecutions"):
        return []
    legal, leads = user.may("prosecute"), user.may("authorise_prosecution")
    if not (legal or leads):
        return []
    found = _open(user)
    blocks = [_limits(found, today, everything=legal)]
    if leads:
        blocks.append(
            _waiting(
                found,
                (State.AUTHORISING,),
                "Prosecutions to authorise",
                "Nothing waits for you to authorise.",
                43,
            )
        )
    if legal:
        blocks.append(
            _waiting(
                found,
                (State.TESTING, State.READY),
                "Code tests and charges",
                "No code test and no charge waits.",
                44,
            )
        )
    return blocks


@prepared
def _open(user: Any) -> QuerySet[Prosecution]:
    """Without a charge, by their safe date; read once for every block."""
    seen = Prosecution.objects.visible_to(user).filter(state__in=BEFORE)
    return seen.select_related("case__pupil", "parent", "school").order_by("safe_date", "pk")[:MOST]


def _limits(found: list[Prosecution], today: date, *, everything: bool) -> Block:
    """Legal sees every clock, whoever leads those under eight weeks."""
    shown_ = [one for one in found if everything or one.safe_date <= today + NEAR]
    rows = [_row(one, *clock(one, today)) for one in shown_[:SHOWN]]
    late = any(row.colour == "red" for row in rows)
    base = f"{reverse('prosecutions')}?state=before" + ("" if everything else "&limit=8")
    title = "Limitation clocks" if everything else "Limitation dates under 8 weeks"
    return Block(
        title, rows, "No limit runs: no prosecution waits for its charge." if everything else "No limit is near.", base,
        "All of them" if len(shown_) > SHOWN else "", "urgent" if late else "", order=41 if rows else 57,
    )  # fmt: skip


def _waiting(found: list[Prosecution], states: tuple[str, ...], title: str, empty: str, order: int) -> Block:
    of = [one for one in found if one.state in states]
    rows = [_row(one, one.get_state_display(), COLOURS[one.state]) for one in of[:SHOWN]]
    more = "All of them" if len(of) > SHOWN else ""
    return Block(
        title, rows, empty, f"{reverse('prosecutions')}?state={states[0]}", more, order=order if rows else 57
    )


def _row(one: Prosecution, tag: str, colour: str) -> Row:
    return Row(
        f"{one.number}, {child(one.case)}", reverse("prosecution", args=[one.pk]), defendant(one), tag, colour
    )


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: unpaid notices that go on to a prosecution which nobody proposed."""
    if user.is_school_user or not user.may("propose_prosecution"):
        return []
    return [
        Counted(WAITING, "Notices to prosecute, not proposed", "notice", to_propose.notices, reverse("notices_to_prosecute"))
    ]  # fmt: skip


def listed(user: Any, today: date) -> list[Listed]:
    """An officer's own cases with legal for which no prosecution was proposed; each notice is a deadline of its own."""
    if user.is_school_user or not user.may("propose_prosecution"):
        return []
    under = Heading("Prosecutions to propose", "", 45, f"{reverse('cases')}?state=legal&scope=mine")
    return [Listed(under, _with_legal, "prosecution_propose", "pupil", note="passed on to legal")]


def _with_legal(user: Any) -> QuerySet[Any]:
    proposed = Prosecution.objects.filter(case=OuterRef("pk"))
    return Case.objects.visible_to(user).filter(~Exists(proposed), state=Case.State.LEGAL, owner=user)


def by_number(user: Any, text: str) -> list[search.Hit]:
    """What the search box finds by "PR-000012"."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    seen = (
        Prosecution.objects.visible_to(user).filter(pk=int(match[1])).select_related("case__pupil", "school")
    )
    return [
        search.Hit(
            "prosecution", "Prosecution", one.pk, f"Prosecution {one.number}", one.case.pupil.listed_name,
            one.case.pupil.restricted, reverse("prosecution", args=[one.pk]),
        )
        for one in seen
    ]  # fmt: skip


def known(pairs: Collection[Pair]) -> dict[Pair, penalties.Known]:
    """The prosecutions of these parents for these children; one question."""
    parents, pupils = {p for p, _ in pairs}, {c for _, c in pairs}
    of = Prosecution.objects.filter(parent__in=parents, case__pupil__in=pupils).order_by("pk")
    found: dict[Pair, penalties.Known] = {}
    for one in of.select_related("case").only(
        "state", "sessions", "issued_on", "stopped_because", "parent", "case__pupil"
    ):
        pair = (one.parent_id, one.case.pupil_id)
        if pair not in pairs:
            continue
        here = found.setdefault(pair, penalties.Known())
        if one.state not in OVER:
            here.under_way.append(
                f"Prosecution {one.number} is under way ({one.get_state_display().lower()})."
            )
        if one.issued_on is not None:
            here.charged.update((s["date"], s["half"]) for s in one.sessions)
            here.before |= one.stopped_because != Prosecution.StopReason.DISCONTINUED
    return found


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Prosecutions follow the record of a parent that stays; listens to ``parents_merged``.

    Raises StepRefused where both are prosecuted in one case.
    """
    theirs = Prosecution.objects.filter(parent=other)
    cases_of_both = Prosecution.objects.open().filter(parent=kept).values("case_id")
    if theirs.open().filter(case__in=cases_of_both).exists():
        raise StepRefused("Both records have a prosecution under way in one case: stop one of the two first.")
    ids = sorted(theirs.order_by().values_list("pk", flat=True))
    Prosecution.objects.filter(pk__in=ids).update(parent=kept)
    moved[Prosecution._meta.label_lower] = ids


def left(*, user: Any, at: datetime) -> None:
    """A leaver's prosecutions wait for somebody else of legal."""
    theirs = Prosecution.objects.open().filter(legal_owner=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        Prosecution.objects.filter(pk__in=ids).update(legal_owner=None)
        trail.record(by=None, at=at, action="prosecutions.passed_on", on=user, prosecutions=ids)


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(10, "Prosecutions", "prosecutions", "see_prosecutions"),
        Place(12, "Notices to prosecute", "notices_to_prosecute", "see_prosecutions"),
        Place(90, "Court values", "court_values", "edit_court_values"),
    )
    navigation.register(menu)
    attendance.first_page.register(first_page)
    attendance.listed.register(listed)
    attendance.counted.register(counted)
    providers.cases.register(cases)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    case_parts.add(parts_prosecutions.on_case)
    for part in ("proposal", "order", "test", "authorisation", "charge", "stopping"):
        parts.add(getattr(parts_prosecutions, part))
    orders.next_steps.register(following)
    orders.prosecuted.register(of_order)
    penalties.following.register(of_notice)
    penalties.prosecutions.register(known)
    penalties.to_prosecute.subscribe(clocks.to_prosecute)
    penalties.withdrawn.subscribe(stopping.notice_over)
    penalties.paid.subscribe(stopping.notice_over)
    penalties.payment_undone.subscribe(stopping.notice_stands)
    casework.to_legal.subscribe(clocks.passed_on)
    casework.open_matters.register(open_matters)
    service_changed.subscribe(clocks.service_changed)
    parents_merged.subscribe(move_parent)
    held.register(owning.holds)
    accounts_left.subscribe(left)
    daily("court.prosecutions")(clocks.run_out)
