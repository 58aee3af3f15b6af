"""The queue of notices to approve, and one of them with everything an approver reads."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, issuing
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import ledger, names
from mainstay.service.penalties.queries import notice_page as page

DECIDED_WITH = ("decision__by", "decision__approved_by", "chosen_by", "request__made_by", "pupil__school")


def waiting(user: Any) -> QuerySet[Notice]:
    """The notices to approve that this person may see, oldest first."""
    found: QuerySet[Notice] = Notice.objects.visible_to(user).filter(state=Notice.State.PROPOSED)
    return found.select_related(*facts.NOTICE_FIELDS, *DECIDED_WITH).order_by("proposed_at", "pk")


def queue(found: Iterable[facts.Facts], user: Any) -> list[dict[str, Any]]:
    """The list at the left: each notice with its light, and whether it is this person's own work."""
    return [
        {
            "pk": one.notice.pk,
            "child": names.child(one.notice),
            "parent": names.parent(one.notice),
            "school": one.notice.school.name,
            "since": one.notice.proposed_at,
            "light": checks.light(checks.lines(one)),
            "own": bool(checking.not_by(one.notice, user)),
        }
        for one in found
    ]


def one(found: facts.Facts, user: Any, today: date) -> dict[str, Any]:
    """The notice at the right."""
    notice = found.notice
    return {
        "notice": notice,
        "lines": checks.lines(found),
        "words": page.words_of(found.checks),
        "missing": checks.missing(found),
        "not_by": checking.not_by(notice, user),
        "law": page.law(notice, found),
        "history": ledger.of_notice(found),
        "others": list(notice.request.notices.exclude(pk=notice.pk).select_related("parent").order_by("pk")),
        **_letter(found, user),
    }


def _letter(found: facts.Facts, user: Any) -> dict[str, Any]:
    """How many pages the letter has, or why there is none."""
    try:
        return {"pages": issuing.pages(issuing.previewed(found, user)), "no_letter": ""}
    except StepRefused as refusal:
        return {"pages": 0, "no_letter": str(refusal)}


def after(keys: Sequence[int], pk: int) -> int | None:
    """The notice that comes after this one in the queue; at its end the first that is left."""
    if pk not in keys:
        return keys[0] if keys else None
    place = keys.index(pk)
    return next(iter([*keys[place + 1 :], *keys[:place]]), None)
