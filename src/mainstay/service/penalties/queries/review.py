"""The queue of notices to approve, and one of them with everything an approver reads."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, issuing
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import ledger, names
from mainstay.service.penalties.queries import notice_page as page

#: of notices not issued yet, and of what stands beside them
_UNREAD: Final = (
    "answer", "dates_answer", "certificates", "request__answer", "school__attendance_mapping", "decision__answer",
)  # fmt: skip


def waiting(user: Any) -> QuerySet[Notice]:
    """The notices to approve that this person may see, oldest first."""
    found: QuerySet[Notice] = Notice.objects.visible_to(user).filter(state=Notice.State.PROPOSED)
    found = found.select_related("request__improvement", "pupil", "school", "decision").defer(*_UNREAD)
    return found.order_by("proposed_at", "pk")


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
    others = _with_names(notice)
    return {
        "notice": notice,
        "lines": checks.lines(found),
        "words": page.words_of(found.checks),
        "missing": checks.missing(found),
        "not_by": checking.not_by(notice, user),
        "law": page.law(notice, found),
        "history": ledger.of_notice(found),
        "others": others,
        **_letter(found, user),
    }


#: whoever asked, chose the parent and decided: the queue does without them
_NAMES: Final = ("request__made_by", "chosen_by", "decision__by", "decision__approved_by")


def _with_names(notice: Notice) -> list[Notice]:
    """The other notices of its request; with them the names of its own people are read, in one query."""
    found = list(notice.request.notices.select_related("parent", *_NAMES).order_by("pk"))
    [own] = [one for one in found if one.pk == notice.pk]
    notice.request.made_by, notice.chosen_by = own.request.made_by, own.chosen_by
    if notice.decision is not None and own.decision is not None:
        notice.decision.by, notice.decision.approved_by = own.decision.by, own.decision.approved_by
    return [one for one in found if one.pk != notice.pk]


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
