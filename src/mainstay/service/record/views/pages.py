"""The child's page: summary, cases, documents."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.directory.models import Pupil, SchoolContact
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import cases as cases_of
from mainstay.service.record import frame, providers
from mainstay.service.record.access import child_page
from mainstay.service.record.models import Deadline, Entry


@child_page("summary", "see_pupils")
def summary(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """Attendance, the next step with its deadline, open findings, who to call."""
    user = request.user
    shown = {
        **frame.page(pupil, user, "summary"),
        "cards": sorted(providers.lines(providers.cards, pupil, user)),
        "deadlines": _deadlines(pupil, user),
        "findings": providers.lines(providers.findings, pupil, user),
        "recent": Entry.objects.for_readers(user).filter(pupil=pupil).select_related("by")[:3],
        "call": _who_to_call(pupil) if frame.is_present(pupil, user) else [],
        "today": timezone.localdate(),
    }
    return render(request, "record/summary.jinja", shown)


def _deadlines(pupil: Pupil, user: Any) -> list[dict[str, Any]]:
    """Open deadlines, the next one first; whoever does not see the service's own entries sees their own."""
    found = Deadline.objects.open().filter(pupil=pupil)
    rows = (found if user.may("see_service_entries") else found.filter(owner=user)).select_related("owner")[
        :10
    ]
    return [
        {
            "pk": row.pk,
            "label": row.label,
            "last_day": row.last_day,
            "owner": row.owner.name if row.owner else "",
            "href": providers.href_of(row.about_kind, row.about_id, user),
        }
        for row in rows
    ]


def _who_to_call(pupil: Pupil) -> list[dict[str, Any]]:
    if pupil.school_id is None:
        return []
    officer = link_officer(pupil.school_id, timezone.localdate())
    people = [{"key": "Link officer", "value": _reached(officer.name, officer.phone)}] if officer else []
    for contact in SchoolContact.objects.filter(school=pupil.school_id)[:3]:
        people.append({"key": contact.post, "value": _reached(contact.name, contact.phone)})
    return people


def _reached(name: str, phone: str) -> str:
    return f"{name}, {phone}" if phone else name


@child_page("cases", "see_pupils")
def cases(request: SignedIn, pupil: Pupil) -> HttpResponse:
    user = request.user
    shown = {
        **frame.page(pupil, user, "cases"),
        "cases": cases_of.lines(pupil, user),
        "begin": [{**link, "secondary": True} for link in providers.lines(providers.begin, pupil, user)],
    }
    return render(request, "record/cases.jinja", shown)


@child_page("documents", "see_pupils")
def documents(request: SignedIn, pupil: Pupil) -> HttpResponse:
    lines = providers.lines(providers.documents, pupil, request.user)
    return render(
        request,
        "record/documents.jinja",
        {
            **frame.page(pupil, request.user, "documents"),
            "documents": lines,
            "make": [
                {**link, "secondary": True} for link in providers.lines(providers.make, pupil, request.user)
            ],
        },
    )
