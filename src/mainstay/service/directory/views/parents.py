"""One parent or carer: their children in view, where they live, how they may be written to."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.directory.models import Address, Dated, Parent, Parenthood, Pupil
from mainstay.service.directory.relations import kept_apart


@require_safe
@needs("see_people")
def parent(request: SignedIn, pk: int) -> HttpResponse:
    """404 for a parent none of whose children is in view, or only restricted ones."""
    found = get_object_or_404(Parent, pk=pk)
    ties = Parenthood.objects.filter(Dated.on(timezone.localdate()), parent=found)
    seen = Pupil.objects.present_to(request.user).filter(pk__in=ties.values("pupil_id"))
    children = {pupil.pk: pupil for pupil in seen.select_related("school")}
    if not any(not child.restricted for child in children.values()):
        raise Http404
    trail.record(by=request.user, at=timezone.now(), action="parent.read", on=found)
    may_see_confidential = request.user.may("see_service_entries") and not kept_apart([found.pk])
    return render(
        request,
        "directory/parent.jinja",
        {
            "parent": found,
            "children": [
                {
                    "name": child.initials if child.restricted else child.name,
                    "href": reverse("pupil", args=[child.pk]),
                    "school": child.school.name if child.school else "On no roll",
                    "year": child.year_group,
                    "relationship": tie.relationship,
                    "basis": tie.get_basis_display(),
                    "contact": "Allowed" if tie.contact_allowed else "Not allowed",
                }
                for tie in ties
                if (child := children.get(tie.pupil_id)) is not None
            ],
            "addresses": [
                {
                    "text": "Confidential"
                    if home.confidential and not may_see_confidential
                    else ", ".join(filter(None, [*home.lines.splitlines(), home.postcode])),
                    "since": home.since,
                    "until": home.until,
                }
                for home in Address.objects.filter(parent=found).order_by("-since", "-pk")
            ],
        },
    )
