"""What this room gives to the rest: menu, first pages, the child's Cases tab, search by number, where one can be seen."""

import re
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.context import navigation, public_forms
from mainstay.service.accounts.owning import held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Heading, Listed, Row
from mainstay.service.common import search
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.announcements import parents_merged, pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.missing import places, watching
from mainstay.service.missing.models import ENDED, HandOver, MissingChild, RollDecision
from mainstay.service.missing.queries.children import COLOURS, filtered
from mainstay.service.record import providers
from mainstay.service.record.providers import About, Found, Line

State = MissingChild.State
_NUMBER: Final = re.compile(r"\s*ME[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)
_ROWS: Final = 3 * SHOWN


def menu(user: Any) -> list[dict[str, Any]]:
    """For the officer of this room it is the first entry after the first page; for others one of many."""
    if not user.may("see_missing"):
        return []
    own = user.may("work_missing") and not user.may("see_cases")
    order = 8 if own else 46
    return [
        {
            "text": "Missing education",
            "href": reverse("missing"),
            "order": order,
            "places": places.addresses(),
        }
    ]


def forms() -> list[dict[str, Any]]:
    """What anybody may send without a sign-in."""
    hint = "You do not need to be sure, nor say who you are."
    return [
        {"kind": "report", "text": "Tell us about a child with no school", "hint": hint, "href": reverse("missing_tell"),
         "name": "missing_tell", "pages": ("missing",), "order": 10},
    ]  # fmt: skip


def about(pupil: Pupil, user: Any) -> list[About]:
    """On the child's Cases tab, newest first."""
    return [About(_searches, _search, note="reason", on="opened_at")]


def _searches(pupil: Pupil, user: Any) -> QuerySet[MissingChild]:
    return MissingChild.objects.visible_to(user).filter(pupil=pupil)


def _search(found: Found) -> Line:
    one = MissingChild(pk=found.pk, reason=found.note, state=found.state)
    return Line(
        f"Missing education {one.number}", reverse("missing_child", args=[one.pk]), one.get_reason_display(),
        found.on, one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """For a child on a roll, of whom no search is open."""
    if not user.may("refer_missing") or pupil.school_id is None:
        return []
    if MissingChild.objects.filter(pupil=pupil).exclude(state__in=ENDED).exists():
        return []
    return [{"text": "Cannot be found: begin enquiries", "href": reverse("missing_begin", args=[pupil.pk])}]


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: referrals to look through, and children nobody has."""
    if user.is_school_user or not (user.may("work_missing") and user.may("see_team")):
        return []
    base = reverse("missing")
    return [
        Counted(
            WAITING, "Missing education: referrals to look through", "referral", _to_look_through,
            f"{base}?state={State.REFERRED}",
        ),
        Counted(WAITING, "Missing education: without an officer", "referral", _nobodys, f"{base}?scope=nobody"),
    ]  # fmt: skip


def _to_look_through(user: Any) -> QuerySet[MissingChild]:
    return MissingChild.objects.visible_to(user).filter(state=State.REFERRED)


def _nobodys(user: Any) -> QuerySet[MissingChild]:
    return MissingChild.objects.visible_to(user).open().filter(owner=None).exclude(state=State.SCHOOL)


def listed(user: Any, today: date) -> list[Listed]:
    """Hand-overs to answer, deletions for a head teacher to sign; a hand-over of a child on no record is a deadline of theirs."""
    if user.is_school_user:
        if not user.may("agree_deletion"):
            return []
        under = Heading("Deletions from the roll to decide", "", 24)
        return [
            Listed(
                under,
                _to_sign,
                "missing_decision",
                "pupil",
                "",
                "sign, or keep on roll",
                "To decide",
                "yellow",
            )
        ]
    if not user.may("take_over_missing"):
        return []
    under = Heading("Children handed over to you", "", 24, reverse("missing_liaison"))
    return [
        Listed(
            under,
            _handed,
            "missing_handover_answer",
            "child__pupil",
            "",
            "accept or return",
            "To answer",
            "yellow",
        )
    ]


def _handed(user: Any) -> QuerySet[Any]:
    seen = MissingChild.objects.visible_to(user).filter(pk=OuterRef("child")).exclude(pupil=None)
    return HandOver.objects.filter(Exists(seen), state=HandOver.State.OFFERED, to=user)


def _to_sign(user: Any) -> QuerySet[Any]:
    seen = MissingChild.objects.visible_to(user).filter(pk=OuterRef("child"))
    return RollDecision.objects.filter(Exists(seen), outcome="", head_signed_at=None)


def own_work(user: Any, today: date) -> list[Block]:
    """The first page of the officer for children missing education: risk first, then what nobody has, then their own."""
    if user.is_school_user or not user.may("work_missing") or user.may("see_team"):
        return []
    found = _work(user)
    new = [one for one in found if one.state == State.REFERRED]
    own = [one for one in found if one.state != State.REFERRED]
    return [
        _block("Referrals to look through", new, "No referral waits.", f"?state={State.REFERRED}", 5),
        _block("My children", own, "You work on no child now.", "?scope=mine", 6),
    ]


def _who(one: MissingChild) -> str:
    """As first pages write names: the first name first; a restricted child by initials."""
    if one.pupil is None:
        return one.name
    return f"{one.pupil.initials} (restricted)" if one.restricted else one.pupil.name


def _block(title: str, found: list[MissingChild], empty: str, query: str, order: int) -> Block:
    rows = [
        Row(
            _who(one), reverse("missing_child", args=[one.pk]),
            f"{one.number}, since {short_date(one.state_since)}" + (", last day " + short_date(one.due) if one.due else ""),  # type: ignore[attr-defined]
            "Risk" if one.risks else one.get_state_display(), "red" if one.risks else COLOURS[one.state],
        )
        for one in found[:SHOWN]
    ]  # fmt: skip
    more = "All of them" if len(found) > SHOWN else ""
    kind = "urgent" if any(one.risks for one in found[:SHOWN]) else ""
    return Block(title, rows, empty, reverse("missing") + query, more, kind, order=order)


@prepared
def _work(user: Any) -> QuerySet[Any]:
    wanted = {"state": "", "scope": "", "route": "", "school": None}
    at_risk = Case(When(risks__0__isnull=True, then=Value(1)), default=Value(0))
    found = filtered(user, wanted).filter(Q(owner=user) | Q(state=State.REFERRED)).exclude(state=State.SCHOOL)
    return found.order_by(at_risk, F("due").asc(nulls_last=True), "pk")[:_ROWS]


def address(kind: str, key: str) -> str | None:
    """Where a child is seen that a deadline or entry is about, also one about a hand-over."""
    if not key.isdecimal():
        return None
    if kind == MissingChild._meta.label_lower:
        return reverse("missing_child", args=[int(key)])
    if kind == HandOver._meta.label_lower:
        pk = HandOver.objects.filter(pk=int(key)).values_list("child_id", flat=True).first()
        return reverse("missing_child", args=[pk]) if pk else None
    return None


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    found = MissingChild.objects.visible_to(user).filter(pk=int(match[1])).select_related("pupil")
    return [
        search.Hit(
            "missing_child", "Missing education", one.pk, f"Missing education {one.number}", one.listed_name,
            one.restricted, reverse("missing_child", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        places.Place(10, "Children", "missing", "see_missing"),
        places.Place(40, "Liaison", "missing_liaison", "see_handovers"),
        places.Place(90, "Settings", "missing_values", "work_missing"),
    )
    navigation.register(menu)
    public_forms.register(forms)
    attendance.counted.register(counted)
    attendance.listed.register(listed)
    attendance.own_work.register(own_work)
    providers.cases.register(about)
    providers.begin.register(begin)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    pupils_merged.subscribe(watching.move)
    parents_merged.subscribe(watching.move_parent)
    left.subscribe(watching.left)
    held.register(watching.holds)
    daily("missing.children")(watching.day)
