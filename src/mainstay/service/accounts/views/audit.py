"""Reading the audit trail, and proving that nothing was done to it."""

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts import queries
from mainstay.service.accounts.forms import AuditFilter
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing

COLUMNS = [
    Column("at", "When", sort="at"),
    Column("who", "Who", sort="by__name"),
    Column("action", "Action", sort="action"),
    Column("about", "About"),
    Column("said", "What it says"),
]
_ACTIONS_SECONDS = 600


def _form(request: SignedIn) -> AuditFilter:
    return AuditFilter(request.GET or None, actions=_actions())


def _actions() -> list[str]:
    known: list[str] | None = cache.get("audit:actions")
    if known is None:
        known = list(AuditRow.objects.order_by("action").values_list("action", flat=True).distinct())
        cache.set("audit:actions", known, _ACTIONS_SECONDS)
    return known


@require_safe
@needs("see_audit")
def audit(request: SignedIn) -> HttpResponse:
    form = _form(request)
    page = listing(queries.audit_rows(form, request.user), request.GET, COLUMNS, default_sort="-at")
    shown = {
        "page": page,
        "filters": form,
        "form": form if form.errors else None,
        "said_words": queries.said_words,
        "unsealed": AuditRow.objects.filter(sealed_no=None).count(),
        "checked": AuditRow.objects.filter(action="audit.verified").order_by("-at").first(),
    }
    return render(request, "accounts/audit.jinja", shown)


@require_safe
@needs("see_audit")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows shown; that the trail was taken out is itself in it."""
    form = _form(request)
    trail.record(
        by=request.user, at=timezone.now(), action="audit.exported", on=("common.auditrow", ""),
        rows=queries.audit_rows(form, request.user).count(), kind=kind,
    )  # fmt: skip
    return export_response(kind, "audit", queries.AUDIT_HEADER, queries.audit_export_rows(form, request.user))


@require_POST
@needs("see_audit")
def check(request: SignedIn) -> HttpResponse:
    """Walk the whole chain now and record what was found."""
    sealing.seal_all()
    sealing.record(sealing.verify(), by=request.user, at=timezone.now())
    return redirect("audit")
