"""What a case's page shows of the leaflets a family was given while it was open."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from mainstay.service.casework import information
from mainstay.service.casework.models import Case
from mainstay.service.casework.parts import Part
from mainstay.service.documents.models import LeafletGiven


def leaflets(case: Case, user: Any) -> Part | None:
    """For the service; the latest first."""
    if not user.sees_all_schools or not user.may("work_case"):
        return None
    found = LeafletGiven.objects.visible_to(user).filter(
        pupil=case.pupil_id, given_on__gte=timezone.localdate(case.opened_at)
    )
    rows = information.rows(found.select_related("leaflet", "parent"))
    said = {"case": case, "rows": rows, "may_give": user.may("give_leaflets")}
    body = render_to_string("casework/part_information.jinja", said)
    return Part(70, "Information given", mark_safe(body), len(rows))  # noqa: S308 (our template)
