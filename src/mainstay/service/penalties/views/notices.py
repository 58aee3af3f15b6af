"""The register of notices, one notice, and its letter before it is issued."""

from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.penalties import checks, facts, places, providers
from mainstay.service.penalties.actions import corresponding, issuing
from mainstay.service.penalties.forms_notices import NoticesFilter
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import names, register_file
from mainstay.service.penalties.queries import notice_page as page
from mainstay.service.penalties.queries import notices as shown
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("number", "Number", sort="number", nowrap=True),
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("school", "School", sort="school__key"),
    Column("position", "Notice", sort="position"),
    Column("issued_on", "Issued", sort="issued_on", nowrap=True),
    Column("state", "State", sort="state"),
    Column("limit", "Limit for a prosecution", sort="offence_from", nowrap=True),
)
DECIDED_WITH: Final = (
    "decision__by", "decision__approved_by", "prosecution__by", "withdrawal__by", "chosen_by", "issued_by",
    "signed_off_by", "document", "service", "withdrawal_document", "request__owner", "pupil__school",
)  # fmt: skip


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = NoticesFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _columns(user: Any, wanted: dict[str, Any]) -> tuple[Column, ...]:
    """The limit of a prosecution stands beside what is to be decided; a school sees neither it nor parents."""
    hidden = set() if wanted["decision"] or wanted["state"] in shown.TO_COURT else {"limit"}
    if not names.shows_parents(user):
        hidden |= {"parent", "limit"}
    return tuple(column for column in COLUMNS if column.key not in hidden)


@require_safe
@needs("see_notices")
def notices(request: SignedIn) -> HttpResponse:
    user, today, wanted = request.user, timezone.localdate(), _wanted(request)
    found = shown.filtered(user, wanted, today).select_related(*shown.SHOWN_WITH)
    listed = listing(found, request.GET, _columns(user, wanted), default_sort="-issued_on")
    context = {
        "page": replace(listed, rows=shown.rows(listed.rows, user, today)),
        "wanted": wanted,
        "choices": NoticesFilter,
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "notices_export"),
        "places": places.tabs(user, "notices"),
    }
    return render(request, "penalties/notices.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the register shows, all pages, with what the regulations ask to be kept."""
    user, today = request.user, timezone.localdate()
    access.log_list(request, "notices export")
    wanted = _wanted(request)
    found = register_file.whole(shown.filtered(user, wanted, today))
    listed = listing(
        found, request.GET, _columns(user, wanted), default_sort="-issued_on", page_size=MOST_ROWS
    )
    return export_response(kind, "notices", register_file.header(user), register_file.rows(listed.rows, user))


def visible(user: Any) -> QuerySet[Notice]:
    found: QuerySet[Notice] = facts.select(Notice.objects.visible_to(user))
    return found.select_related(*facts.NOTICE_FIELDS, *DECIDED_WITH)


@require_safe
@needs("see_notices")
def notice(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(visible(request.user), pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="notice")
    return notice_page(request, one)


def notice_page(request: SignedIn, one: Notice) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    may = page.shown_to(user)
    context = {
        "notice": one,
        "child": frame.identity(one.pupil, user),
        "may": may,
        "progress": page.progress(one),
        "colour": shown.COLOURS[one.state],
        "note": shown.note(one, today),
        "prosecution": shown.prosecution(one, today),
        "following": [step for given in providers.following.ask(one, user) for step in given],
        "dates": page.dates(one),
        "today": today,
    }
    if may["service"]:
        context |= _of_service(one, user, today)
    return render(request, "penalties/notice.jinja", context)


def _of_service(one: Notice, user: Any, today: Any) -> dict[str, Any]:
    """What only the service reads."""
    is_open = one.state in page.OPEN
    found = facts.one(one, today) if is_open or one.answer is None else None
    one.found = found  # type: ignore[attr-defined]  # its steps need not look again
    first, rest = page.buttons(one, user)
    said = found.checks if found else facts.checks_of([one.request_id]).get(one.request_id, {})
    return {
        "first": first,
        "rest": rest,
        "is_open": is_open,
        "lines": checks.lines(found) if is_open and found else page.answered(said),
        "words": page.words_of(said),
        "law": page.law(one, found),
        "papers": page.papers(one, user),
        "letters": corresponding.open_to(user, one),
        "deadlines": page.deadlines(one, user),
        "limits": page.limits(one, today),
        "money": page.money_of(one) if one.number and user.may("see_income") else None,
        "may_preview": is_open and found is not None and found.answer.tariff is not None,
    }


@require_safe
@needs("see_notices")
def preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The letter as it would be posted today: a PDF, or a picture of one page (``?picture=1``)."""
    one = get_object_or_404(visible(request.user), pk=pk, state__in=page.OPEN)
    if not names.shows_parents(request.user) or not access.may_open(request.user, one.pupil):
        raise Http404
    access.log_read(request, one.pupil, page="notice preview")
    try:
        response = _previewed(one, request)
    except StepRefused as refusal:
        return render(request, "penalties/no_preview.jinja", {"notice": one, "why": str(refusal)}, status=409)
    response["Cache-Control"] = "no-store"
    return response


def _previewed(one: Notice, request: SignedIn) -> HttpResponse:
    by, at = request.user, timezone.now()
    if "picture" not in request.GET:
        pdf = issuing.preview(one, by=by, at=at)
        return HttpResponse(
            pdf,
            content_type="application/pdf",
            headers={"Content-Disposition": 'inline; filename="preview.pdf"'},
        )
    pictures = issuing.pictures(one, by=by, at=at)
    wanted = params.number(request.GET["picture"])
    if wanted is None or not 1 <= wanted <= len(pictures):
        raise Http404
    return HttpResponse(pictures[wanted - 1], content_type="image/png")
