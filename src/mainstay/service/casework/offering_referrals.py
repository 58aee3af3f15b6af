"""What referrals give to the rooms below: tabs, the first page, a child's Cases tab, and the part of a case's page."""

from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, IntegerField, QuerySet, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import handing_over_referrals as handing_over
from mainstay.service.casework import merging, parts, places
from mainstay.service.casework.forms_referrals import CHECK
from mainstay.service.casework.models import Case, Consultation, Referral
from mainstay.service.casework.parts import Part
from mainstay.service.casework.queries import consultations as of_consultations
from mainstay.service.casework.queries import referrals as listed
from mainstay.service.casework.queries.consultations import child
from mainstay.service.casework.queries.referral_page import rounds
from mainstay.service.casework.queries.referrals import ASKED, COLOURS
from mainstay.service.casework.readiness import latest_consultation
from mainstay.service.common.prepared import prepared, totals
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.announcements import link_officer_changed, parents_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.record import providers, queries
from mainstay.service.record.frame import is_present
from mainstay.service.record.providers import About, Found, Line
from mainstay.service.team import providers as team
from mainstay.service.team.models import Call
from mainstay.service.team.providers import Next

State = Referral.State


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """A consultation by school or officer; a referral by the school."""
    if pupil.school_id is None or not user.may("consult"):
        return []
    if not is_present(pupil, user):
        return []
    found = [{"text": "Write down a consultation", "href": f"{reverse('consultation_new')}?pupil={pupil.pk}"}]
    if user.may("refer"):
        found.append({"text": "Refer to the service", "href": reverse("referral_new", args=[pupil.pk])})
    return found


def cases(pupil: Pupil, user: Any) -> list[About]:
    """The referrals and consultations about a child, newest first."""
    found = [About(_referrals, _referral, on="submitted_at", otherwise="made_at")]
    if user.may("consult"):
        found.append(About(_consultations, _consultation, on="on", state="outcome"))
    return found


def _referrals(pupil: Pupil, user: Any) -> QuerySet[Referral]:
    return Referral.objects.visible_to(user).filter(pupil=pupil)


def _referral(found: Found) -> Line:
    one = Referral(pk=found.pk, state=found.state)
    return Line(
        f"Referral {one.number}", reverse("referral", args=[one.pk]), "", found.on, one.get_state_display(), COLOURS[one.state]
    )  # fmt: skip


def _consultations(pupil: Pupil, user: Any) -> QuerySet[Consultation]:
    return Consultation.objects.visible_to(user).filter(pupil=pupil)


def _consultation(found: Found) -> Line:
    one = Consultation(pk=found.pk, outcome=found.state)
    return Line(
        "Consultation", reverse("consultation", args=[one.pk]), "", found.on, one.get_outcome_display(),
        of_consultations.COLOURS[one.outcome],
    )  # fmt: skip


def after_call(call: Call, user: Any) -> list[Next]:
    """A consultation with what the duty desk wrote down; where there is one about the child, the way to a referral."""
    if not user.may("consult"):
        return []
    asked = [f"{name}={pk}" for name, pk in (("pupil", call.pupil_id), ("school", call.school_id)) if pk]
    href = f"{reverse('consultation_new')}?{'&'.join([*asked, f'call={call.pk}'])}"
    found = [Next("Write the consultation", href)]
    if call.pupil is None or call.pupil.school_id is None:
        return found
    latest = latest_consultation(call.pupil.pk, call.pupil.school_id, timezone.localdate())
    if latest is not None and user.may("refer"):
        found.append(Next("Begin the referral", reverse("referral_new", args=[call.pupil.pk])))
    elif latest is not None and of_consultations.may_ask(latest, user):
        found.append(
            Next("Ask the school to refer", reverse("consultation_ask", args=[latest.pk]), post=True)
        )
    return found


def address(kind: str, key: str) -> str | None:
    """Where a referral or consultation that an entry or deadline is about can be seen."""
    names = {"casework.referral": "referral", "casework.consultation": "consultation"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def part(case: Case, user: Any) -> Part | None:
    """The referral a case began with, each time it was sent."""
    referral = Referral.objects.visible_to(user).filter(case=case).first()
    if referral is None:
        return None
    context = {"referral": referral, "rounds": rounds(referral)}
    return Part(10, "Referral", render_to_string("casework/_referral_of_case.jinja", context))


def first_page(user: Any, today: date) -> list[Block]:
    """To sign, for a head; what is asked of us, for a school; appeals, for a manager."""
    found = []
    if user.may("sign"):
        found.append(_to_sign(user))
    if user.may("refer"):
        found.append(_of_school(user))
    if user.may("decide_appeal"):
        found.append(_appeals(user, today))
    return found


def own_work(user: Any, today: date) -> list[Block]:
    """To check: an officer's own and nobody's."""
    return [_to_check(user, today)] if user.may("check_referral") else []


def _to_sign(user: Any) -> Block:
    found = _unsigned(user)
    rows = [
        Row(child(one.pupil), reverse("referral", args=[one.pk]), f"referral, written by {one.made_by.name}")
        for one in found[:SHOWN]
    ]
    return Block(
        "To sign: referrals", rows, "No referral waits for your signature.", reverse("referrals"),
        "All referrals" if len(found) > SHOWN else "", "urgent" if rows else "", order=40 if rows else 56,
    )  # fmt: skip


@prepared
def _unsigned(user: Any) -> QuerySet[Referral]:
    waiting = Referral.objects.visible_to(user).filter(state__in=(State.DRAFT, State.RETURNED))
    asked = waiting.exclude(sign_asked_at=None).select_related("pupil", "made_by")
    return asked.order_by("sign_asked_at", "pk")[: SHOWN + 1]


@prepared
def _unfinished(user: Any) -> QuerySet[Referral]:
    first = Choose(When(state=State.RETURNED, then=0), When(state=State.SIGNED, then=1), default=2, output_field=IntegerField())  # fmt: skip
    own = Referral.objects.visible_to(user).filter(state__in=ASKED)
    return own.select_related("pupil").order_by(first, "pk")[: SHOWN + 1]


@prepared
def _with_service(user: Any) -> QuerySet[Any]:
    sent = (State.SUBMITTED, State.ACKNOWLEDGED, State.APPEALED)
    return totals(Referral.objects.visible_to(user).filter(state__in=sent), Count("pk"))


def _of_school(user: Any) -> Block:
    """Sent back first, then what is signed, then what is still being written."""
    found = _unfinished(user)
    rows = [
        Row(child(one.pupil), reverse("referral", args=[one.pk]), ASKED[one.state], one.get_state_display(), COLOURS[one.state])
        for one in found[:SHOWN]
    ]  # fmt: skip
    with_service = sum(number for (number,) in _with_service(user))
    more = f"{plural(with_service, 'referral')} with the service" if with_service else ""
    returned = any(one.state == State.RETURNED for one in found)
    return Block(
        "Our referrals", rows, "No referral waits for you. One begins on a child’s Cases tab.", reverse("referrals"),
        more, "urgent" if returned else "", order=44 if rows else 57,
    )  # fmt: skip


def _to_check(user: Any, today: date) -> Block:
    where = f"{reverse('referrals')}?state={CHECK}"
    return _waiting(
        _unchecked(user), "Referrals to check", "No referral waits for a check.", where, today, 43
    )


def _appeals(user: Any, today: date) -> Block:
    where = f"{reverse('referrals')}?state=appealed"
    return _waiting(_appealed(user), "Appeals about referrals", "No school appeals.", where, today, 44)


@prepared
def _unchecked(user: Any) -> QuerySet[Referral]:
    return _longest(user, CHECK).filter(handing_over.mine_or_nobodys(user))[: SHOWN + 1]


@prepared
def _appealed(user: Any) -> QuerySet[Referral]:
    return _longest(user, State.APPEALED)[: SHOWN + 1]


def _longest(user: Any, state: str) -> QuerySet[Referral]:
    """The longest waiting first."""
    found = listed.filtered(user, {"state": state, "scope": "", "school": None})
    return found.order_by("submitted_at", "pk")


def _waiting(found: list[Any], title: str, empty: str, href: str, today: date, order: int) -> Block:
    """With their earliest day."""
    shown = [
        Row(f"{child(one.pupil)}, {one.school.name}", reverse("referral", args=[one.pk]),
            one.owner.name if one.owner else "no officer yet", *_left(one, today))
        for one in found[:SHOWN]
    ]  # fmt: skip
    late = any(one.next_day and one.next_day < today for one in found)
    more = "All of them" if len(found) > SHOWN else ""
    return Block(title, shown, empty, href, more, "urgent" if late else "", order=order if shown else order + 12)  # fmt: skip


def _left(referral: Any, today: date) -> tuple[str, str]:
    if referral.paused_from is not None:
        return f"stands still since {short_date(referral.paused_from)}", "grey"
    return queries.left_until(referral.next_day, today) if referral.next_day else ("", "")


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        places.Place(20, "Referrals", "referrals", "see_cases"),
        places.Place(30, "Consultations", "consultations", "consult"),
        places.Place(80, "Right first time", "referrals_quality", "see_cases"),
        places.Place(90, "Evidence checklist", "checklist", "see_cases"),
    )
    attendance.first_page.register(first_page)
    attendance.own_work.register(own_work)
    providers.begin.register(begin)
    providers.cases.register(cases)
    providers.addresses.register(address)
    team.after_call.register(after_call)
    parts.add(part)
    parents_merged.subscribe(merging.move_parent)
    left.subscribe(handing_over.left)
    owned.register(handing_over.owned)
    link_officer_changed.subscribe(handing_over.link_officer_changed)
