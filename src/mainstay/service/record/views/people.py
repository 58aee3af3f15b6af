"""The people around a child: parents and carers, addresses, siblings, facts with their source."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.directory import ethnicity, facts
from mainstay.service.directory.models import (
    Address,
    Dated,
    Enrolment,
    FormerUpn,
    Parenthood,
    Pupil,
    PupilFact,
)
from mainstay.service.directory.relations import kept_apart
from mainstay.service.record import frame, providers
from mainstay.service.record.access import child_page


@child_page("people", "see_people", present=True)
def people(request: SignedIn, pupil: Pupil) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    ties = list(Parenthood.objects.filter(Dated.on(today), pupil=pupil).select_related("parent"))
    homes = _addresses(pupil, [tie.parent_id for tie in ties], user)
    return render(
        request,
        "record/people.jinja",
        {
            **frame.page(pupil, user, "people"),
            "parents": [parent_shown(tie, homes.get(tie.parent_id, []), today) for tie in ties],
            "home": homes.get(None, []),
            "may_edit": user.may("edit_people"),
            "may_restrict": user.may("restrict_records"),
            "reads": f"{reverse('reads')}?pupil={pupil.pk}" if user.may("see_audit") else "",
            "siblings": _siblings(pupil, [tie.parent_id for tie in ties], user),
            "facts": _facts(pupil),
            "enrolments": _enrolments(pupil),
            "former": list(FormerUpn.objects.filter(pupil=pupil).values_list("upn", "replaced_on")),
        },
    )


def parent_shown(tie: Parenthood, homes: list[dict[str, Any]], today: date) -> dict[str, Any]:
    """A parent or carer with what they are to this child."""
    parent = tie.parent
    return {
        "pk": parent.pk,
        "name": parent.name,
        "href": reverse("parent", args=[parent.pk]),
        "relationship": tie.relationship,
        "no_contact": not tie.contact_allowed,
        "rows": [
            {"key": "Why they are a parent in law", "value": _basis(tie)},
            {"key": "Parental responsibility", "value": _said(tie.parental_responsibility)},
            {"key": "Lives with the child", "value": _said(tie.lives_with)},
            {"key": "Contact", "value": "Allowed" if tie.contact_allowed else "Not allowed: do not contact"},
            {"key": "Writing safely", "value": parent.safe_contact or "No instruction"},
            {"key": "Telephone", "value": parent.phone},
            {"key": "E-mail", "value": parent.email},
            {"key": "Language", "value": _language(parent.language, parent.interpreter)},
            {"key": "Letters in large print", "value": "Yes" if parent.large_print else "No"},
            {"key": "Address", "value": homes[0]["text"] if homes else ""},
        ],
        "earlier": homes[1:],
    }


def _basis(tie: Parenthood) -> str:
    basis = tie.get_basis_display()
    source = tie.basis_evidence or tie.source
    return f"{basis} ({source})" if source else basis


def _said(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _language(language: str, interpreter: bool) -> str:
    return f"{language or 'Not known'}, needs an interpreter" if interpreter else language


def _addresses(pupil: Pupil, parents: list[int], user: Any) -> dict[int | None, list[dict[str, Any]]]:
    """Parent id (None: the child) -> addresses, the newest first."""
    rows = Address.objects.filter(Q(pupil=pupil) | Q(parent__in=parents)).order_by("-since", "-pk")
    apart = set() if pupil.restricted else kept_apart(parents)
    found: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        shown = address_shown(row, user, apart=row.parent_id in apart)
        found.setdefault(row.parent_id, []).append(shown)
    return found


def address_shown(row: Address, user: Any, *, apart: bool = False) -> dict[str, Any]:
    """apart: a confidential address belongs to a restricted record as well, and is read there only."""
    hidden = row.confidential and (apart or not user.may("see_service_entries"))
    lines = [*row.lines.splitlines(), row.postcode]
    text = "Confidential" if hidden else ", ".join(filter(None, lines))
    return {"text": text, "since": row.since, "until": row.until}


def _siblings(pupil: Pupil, parents: Iterable[int], user: Any) -> list[dict[str, Any]]:
    """Pupils in view who share a parent, with their attendance at a glance."""
    shared = Parenthood.objects.filter(parent__in=parents).exclude(pupil=pupil).values("pupil_id")
    rows = list(
        Pupil.objects.visible_to(user)
        .filter(pk__in=shared)
        .select_related("school")
        .order_by("date_of_birth", "pk")[:20]
    )
    at_a_glance = providers.glances([row.pk for row in rows if not row.restricted], user)
    return [
        {
            "name": row.initials if row.restricted else row.name,
            "href": reverse("pupil", args=[row.pk]),
            "year": frame.year_name(row.year_group),
            "school": row.school.name if row.school else "On no roll",
            "attendance": "Restricted" if row.restricted else at_a_glance.get(row.pk, "No marks yet"),
        }
        for row in rows
    ]


def _facts(pupil: Pupil) -> list[dict[str, Any]]:
    rows = PupilFact.objects.filter(pupil=pupil).order_by("name", "-since", "-pk")
    return [
        {
            "name": facts.LABELS.get(row.name, row.name),
            "value": fact_value(row),
            "since": row.since,
            "until": row.until,
            "source": row.source,
            "learned_on": row.learned_on,
        }
        for row in rows
    ]


def fact_value(row: PupilFact) -> str:
    if row.name in facts.YES_NO:
        return "Yes" if row.value == "true" else "No"
    if row.name == "ethnicity":
        return ethnicity.in_words(row.value)
    return facts.SEN.get(row.value, row.value) if row.name == "sen" else row.value


def _enrolments(pupil: Pupil) -> list[dict[str, Any]]:
    rows = Enrolment.objects.filter(pupil=pupil).select_related("school").order_by("-entered_on", "-pk")
    return [
        {
            "school": row.school.name,
            "status": row.get_status_display(),
            "entered_on": row.entered_on,
            "left_on": row.left_on,
            "reason": row.leaving_reason,
        }
        for row in rows
    ]
