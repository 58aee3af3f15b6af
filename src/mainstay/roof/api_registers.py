"""Register files that other systems send."""

from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from ninja.errors import HttpError
from ninja.files import UploadedFile

from mainstay.service.accounts.models import User
from mainstay.service.attendance import actions
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.attendance.queries.imports import refusals, visible
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.store import FileRefused
from mainstay.service.directory.models import School

MOST_REFUSALS: Final = 1000


def receive(user: User, file: UploadedFile, school: str) -> tuple[int, dict[str, Any]]:
    """Keep the file and leave reading it to the worker; 202 with its number, or 422 with what is wrong."""
    _may(user)
    found = None
    if school:
        found = _school(user, school.replace("/", "").strip())
        if found is None:
            return 422, _error("/school", "is not a school this key may send for")
    try:
        taken = actions.receive(file=file, school=found, by=user, at=timezone.now(), via="api")
    except FileRefused as refusal:
        return 422, _error("/file", str(refusal))
    except StepRefused as refusal:
        return 422, _error("/school", str(refusal))
    return 202, {"id": taken.pk, "state": taken.state, "at": f"/api/v1/registers/{taken.pk}"}


def state(user: User, number: int) -> dict[str, Any]:
    """What became of a file this person sent, about schools this key reaches."""
    _may(user)
    sent = visible(user).filter(pk=number, sent_by=user)
    found = (sent if user.only_school is None else sent.filter(school=user.only_school)).first()
    if found is None:
        raise Http404
    return {
        "id": found.pk,
        "state": found.state,
        "progress": found.progress,
        "stopped_because": found.stopped_because,
        "marks_new": found.marks_new,
        "marks_changed": found.marks_changed,
        "rows_refused": (found.report or {}).get("rows_refused", 0),
        "refusals": _refusals(found),
        "page": reverse("import", args=[found.pk]),
    }


def _refusals(found: RegisterImport) -> list[dict[str, Any]]:
    """Place and problem of the first refusals; what the file said there stays out of the answer."""
    return [
        {
            "line": int(refused["line"]) if refused["line"] else None,
            "column": refused["column"] or None,
            "problem": refused["problem"],
        }
        for refused in refusals(found, MOST_REFUSALS)
    ]


def _may(user: User) -> None:
    if not user.may("import_registers"):
        raise HttpError(403, "your role cannot send registers")
    if user.only_school is not None and not School.objects.visible_to(user).exists():
        raise HttpError(403, "the school of this key is not yours any more")


def _school(user: User, number: str) -> School | None:
    mine = School.objects.visible_to(user)
    return mine.filter(laestab=number).first() or mine.filter(urn=number).first() if number else None


def _error(where: str, problem: str) -> dict[str, Any]:
    return {"error": {"where": where, "problem": problem}}
