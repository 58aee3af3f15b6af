"""Whether each standing notice still has the position it was issued at, after more became known of what went before.

A notice whose position would have been another is a task for a person: nothing about an issued notice changes by itself.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law import penalty_notice
from mainstay.law.clock import working_day_after
from mainstay.service.penalties import code, facts
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.providers import Pair
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

RULE: Final = "notice-position"
ABOUT: Final = Notice._meta.label_lower
#: working days to look at it: our own choice, within the time in which the reduced sum can be paid
WITHIN: Final = 5


def recheck(pairs: Iterable[Pair], *, by: Any | None, at: datetime) -> list[Notice]:
    """Start a task for every standing notice of these pairs of parent and child that stands wrong, and stop those of
    notices that stand right; the notices that stand wrong. Inside the transaction that changed what went before.
    """
    wanted = set(pairs)
    found = Notice.objects.standing().filter(
        kind="attendance", parent__in={p for p, _ in wanted}, pupil__in={c for _, c in wanted}
    )
    notices = [
        n
        for n in found.select_related("request__owner").order_by("pk")
        if (n.parent_id, n.pupil_id) in wanted
    ]
    if not notices:
        return []
    wrong = _wrong(notices, timezone.localdate(at))
    _stop({n.pk for n in notices} - {n.pk for n in wrong}, by, at)
    _start(wrong, by, at)
    return wrong


def _wrong(notices: Sequence[Notice], today: date) -> list[Notice]:
    before, rules = facts.earlier_of({(n.parent_id, n.pupil_id) for n in notices}), code.in_force(today).rules
    wrong = []
    for notice in notices:
        assert notice.issued_on is not None
        others = [
            one.in_law()
            for one in before[notice.parent_id, notice.pupil_id]
            if one.notice is None or one.notice < notice.pk or one.issued_on < notice.issued_on
            if one.notice != notice.pk
        ]
        answer = penalty_notice.find("attendance", notice.issued_on, others, rules=rules)
        if answer.position != notice.position:
            wrong.append(notice)
    return wrong


def _start(wrong: Sequence[Notice], by: Any | None, at: datetime) -> None:
    known = set(
        Deadline.objects.open()
        .filter(rule=RULE, about_kind=ABOUT, about_id__in=[str(n.pk) for n in wrong])
        .values_list("about_id", flat=True)
    )
    today = timezone.localdate(at)
    for notice in wrong:
        if str(notice.pk) not in known:
            deadlines.start(
                pupil=notice.pupil_id, about=notice, rule=RULE, label=f"{notice.number}: wrong position", by=by, at=at,
                owner=notice.request.owner, trigger_on=today, last_day=working_day_after(today, WITHIN),
            )  # fmt: skip


def _stop(right: Collection[int], by: Any | None, at: datetime) -> None:
    open_ = Deadline.objects.open().filter(
        rule=RULE, about_kind=ABOUT, about_id__in=[str(pk) for pk in right]
    )
    for about_id in open_.values_list("about_id", flat=True):
        deadlines.stop(about=(ABOUT, about_id), rule=RULE, by=by, at=at)
