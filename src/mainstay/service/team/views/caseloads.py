"""Who has how much, and who takes on what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.relations import link_officers
from mainstay.service.team import places, providers
from mainstay.service.team.queries import caseload as shown


@require_safe
@needs("see_team")
def caseloads(request: SignedIn) -> HttpResponse:
    today, user = timezone.localdate(), request.user
    found = shown.caseloads(today)
    columns = [
        Column("officer", "Officer", sort="officer"),
        Column("schools", "Link schools", sort="schools", numeric=True),
        *(Column(kind, kind, sort=kind, numeric=True) for kind in shown.kinds(found)),
        Column("visits", "Visits and meetings this week", sort="visits", numeric=True),
        Column("weight", "Weight", sort="weight", numeric=True),
    ]
    rows = [{**dict.fromkeys(shown.kinds(found), 0), **row} for row in shown.rows(found)]
    waiting = providers.waiting(user) if user.may("allocate") else []
    officers = link_officers([one.school for one in waiting], today)
    context = {
        "places": places.tabs(user, "caseloads"),
        "page": listing(rows, request.GET, columns, page_size=500),
        "waiting": [(one, officers.get(one.school)) for one in waiting],
        "officers": [one for one in found if not one.away],
    }
    return render(request, "team/caseloads.jinja", context)
