"""What interventions did: attendance before and after, beside similar pupils."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.forms_impact import ImpactFilter
from mainstay.service.attendance.models import Impact
from mainstay.service.attendance.queries import impact as shown
from mainstay.service.attendance.views.links import exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column
from mainstay.service.directory.models import School
from mainstay.service.record import access


@require_safe
@needs("see_team")
def impact(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, ImpactFilter(request.GET).wanted
    labels = Impact.objects.visible_to(user).order_by("label").values_list("label", flat=True).distinct()
    context = {
        "result": shown.shown(user, wanted),
        "columns": _columns(wanted["by"]),
        "wanted": wanted,
        "by": [(name, words) for name, (_, words) in shown.BY.items()],
        "labels": [("", "Any"), *((label, label) for label in labels)],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "points": shown.points,
        "exports": exports(request, "impact_export"),
    }
    return render(request, "attendance/impact.jinja", context)


def _columns(by: str) -> list[Column]:
    return [
        Column("name", shown.BY[by][1]),
        Column("pupils", "Pupils", numeric=True),
        Column("interventions", "Interventions", numeric=True),
        Column("before", "Before", numeric=True),
        Column("after", "After", numeric=True),
        Column("change", "Change", numeric=True),
        Column("peers_change", "Similar pupils", numeric=True),
        Column("difference", "Difference", numeric=True),
    ]


@require_safe
@needs("see_team")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the page shows."""
    wanted = ImpactFilter(request.GET).wanted
    access.log_list(request, "impact export")
    header = [shown.BY[wanted["by"]][1], *shown.HEADER]
    return export_response(kind, "impact", header, shown.for_export(shown.shown(request.user, wanted)))
