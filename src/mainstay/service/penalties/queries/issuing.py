"""What waits to be issued, and what became of a batch."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.service.common.jobs.models import Job
from mainstay.service.documents.models import Service
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions.issuing import restricted_from
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries.notices import POSITIONS, SHOWN_WITH

#: of those that were not issued, how many the page of a batch tells the words of
NOT_ISSUED_SHOWN: Final = 200
UNDER_WAY: Final = (Job.State.WAITING, Job.State.RUNNING)


def rows(notices: Iterable[Notice], user: Any, today: date) -> list[dict[str, Any]]:
    """Rows of what waits, each with whether it can be issued today, in a fixed number of queries."""
    notices = list(notices)
    shut = restricted_from(user, notices)
    return [_row(found, found.notice.pk in shut) for found in facts.gather(notices, today)]


def _row(found: facts.Facts, shut: bool) -> dict[str, Any]:
    notice, missing = found.notice, checks.missing(found)
    tariff = found.answer.tariff
    return {
        "pk": notice.pk,
        "url": reverse("notice", args=[notice.pk]),
        "label": f"notice {notice.pk}",
        "child": names.child(notice),
        "parent": names.parent(notice),
        "school": notice.school.name,
        "position": POSITIONS[found.answer.position or ""] if found.answer.allowed else "–",
        "cost": f"£{tariff.reduced_pounds}" if tariff else "–",
        "light": checks.light(checks.lines(found)),
        "why": "Open this restricted record first." if shut else " ".join(missing),
        "ready": not shut and not missing,
        "held": notice.held_because,
        "proposed_at": notice.proposed_at,
    }


def issued(job: Job, user: Any) -> QuerySet[Notice]:
    """The notices of a batch that went out, by number: those of its print run, and what GOV.UK Notify posts."""
    found = Notice.objects.visible_to(user).filter(_of_batch(job), pk__in=job.payload["notices"])
    return found.select_related(*SHOWN_WITH).order_by("number")


def not_issued(job: Job, user: Any) -> list[dict[str, Any]]:
    """Those that did not, and why."""
    asked = Notice.objects.visible_to(user).filter(pk__in=job.payload["notices"])
    went = asked.filter(_of_batch(job)).order_by().values("pk")
    left = asked.exclude(pk__in=went).select_related(*SHOWN_WITH).order_by("pk")
    return [
        {
            "url": reverse("notice", args=[n.pk]),
            "child": names.child(n),
            "parent": names.parent(n),
            "why": _why(n),
            "waits": n.state == Notice.State.APPROVED,
        }
        for n in left[:NOT_ISSUED_SHOWN]
    ]


def _of_batch(job: Job) -> Q:
    by_notify = Q(
        service__channel=Service.Channel.NOTIFY, issued_by=job.made_by_id, issued_at__gte=job.made_at
    )
    return Q(service__run=job.payload.get("run") or 0) | by_notify


def _why(notice: Notice) -> str:
    if notice.state == Notice.State.APPROVED:
        return notice.held_because or "It was not reached."
    return f"Somebody else has dealt with it: {notice.get_state_display().lower()}."


def progress(job: Job) -> dict[str, Any]:
    """How far a batch is, for whoever waits on its page."""
    total = len(job.payload["notices"])
    done = total * job.progress // 100
    finished = job.state not in UNDER_WAY
    return {
        "done": done,
        "total": total,
        "text": f"{done} of {total}",
        "finished": finished,
        "href": reverse("notices_issue_job", args=[job.pk]),
    }
