"""What schools notified, as the service sorts it; returns that are due, and who is reminded."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.missing import notices, plain
from mainstay.service.missing.actions import due as due_actions
from mainstay.service.missing.actions import notifications as actions
from mainstay.service.missing.forms_notifications import AcceptForm, WhyForm, WordsForm
from mainstay.service.missing.models import DueReturn, MissingChild, Notification
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.missing.places import tabs
from mainstay.service.missing.queries import notifications as shown
from mainstay.service.record import access
from mainstay.service.team.views.answers import try_form, try_step

COLUMNS = (
    Column("number", "Number", sort="pk", nowrap=True),
    Column("kind", "What", sort="kind"),
    Column("school", "School", sort="school__key"),
    Column("child", "Child"),
    Column("days", "Days", sort="first_on"),
    Column("received", "Received", sort="received_at", nowrap=True),
    Column("doubts", "Register"),
    Column("state", "State", sort="state"),
)
DUE = (
    Column("kind", "Return", sort="kind"),
    Column("school", "School", sort="school__key"),
    Column("child", "Child"),
    Column("on", "Because of", sort="on", nowrap=True),
    Column("due_on", "Due", sort="due_on"),
    Column("chased", "Last reminder", sort="chased_at", nowrap=True),
)
LOOKS = (("", "All"), ("doubts", "Those that differ from the register"))


def _wanted(request: SignedIn) -> dict[str, Any]:
    get = request.GET
    state = get.get("state", Notification.State.SENT)
    return {
        "kind": get.get("kind", "") if get.get("kind") in Kind.values else "",
        "state": state if state in Notification.State.values else "",
        "school": params.number(get.get("school")),
        "look": "doubts" if get.get("look") == "doubts" else "",
    }


def _listed(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request))
    return listing(found, request.GET, COLUMNS, default_sort="received", page_size=page_size)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_notifications")
def notifications(request: SignedIn) -> HttpResponse:
    """The worklist; POST accepts those that were ticked and differ in nothing."""
    user = request.user
    if request.method == "POST":
        ids = [pk for text in request.POST.getlist("row") if (pk := params.number(text)) is not None]
        done, left = actions.accept_many(ids=ids, by=user, at=timezone.now())
        words = f"{plural(done, 'notification')} accepted."
        if left:
            words += (
                f" {plural(left, 'notification')} left: open each, because something differs or is settled."
            )
        messages.success(request, words if ids else "Tick the rows you want to accept.")
        return redirect("notifications")
    found = _listed(request, 50)
    context = {
        "places": tabs(user, "notifications"),
        "page": replace(found, rows=shown.rows(found.rows, "notification")),
        "wanted": _wanted(request),
        "kinds": Kind.choices,
        "states": Notification.State.choices,
        "looks": LOOKS,
        "schools": _schools(user),
        "exports": exports(request, "notifications_export"),
    }
    return render(request, "missing/notifications.jinja", context)


def _schools(user: Any) -> list[tuple[int, str]]:
    return list(School.objects.visible_to(user).order_by("key").values_list("pk", "name"))


@require_safe
@needs("see_notifications")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "notifications export")
    return export_response(
        kind, "school-notifications", shown.HEADER, shown.for_export(_listed(request, MOST_ROWS).rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_notifications")
def notification(request: SignedIn, pk: int) -> HttpResponse:
    """One notification beside the register; POST sends it back."""
    form = WordsForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
        if try_form(form, actions.send_back, notification_id=pk, by=request.user, at=timezone.now()):
            words = "It is sent back; the school is told that something waits."
            messages.success(request, words, extra_tags=request.path)
            return redirect("notifications")
    return _page(request, pk, form, AcceptForm())


def _page(request: SignedIn, pk: int, form: WordsForm, accepting: AcceptForm) -> HttpResponse:
    """The page of one, with whichever of its two forms was refused."""
    user = request.user
    seen = Notification.objects.visible_to(user).select_related("school", "pupil", "sent_by", "decided_by")
    one = get_object_or_404(seen, pk=pk)
    if one.pupil is not None:
        if one.pupil.restricted and not access.is_open(user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=reverse("notification", args=[pk])))
        access.log_read(request, one.pupil, page="notification")
    deletion = one.kind == Kind.LEAVER and one.pupil is not None
    search = MissingChild.objects.open().filter(pupil=one.pupil).first() if deletion else None
    context = {
        "one": one, "form": form, "colour": shown.COLOURS[one.state], "days": shown.days(one),
        "search": search if one.state == Notification.State.SENT else None, "answer": plain.once(one.answer),
        "child": shown.child(one.pupil, one.listed_name), "answers": notices.answers(one.kind, one.ground, one.said),
        "day_label": notices.DAYS[one.kind][0], "ground": notices.ground_words(one.ground),
        "open": one.state == Notification.State.SENT, "accepting": accepting,
        "differs": bool(one.doubts or search or accepting.is_bound),
    }  # fmt: skip
    wrong = form.is_bound or accepting.is_bound
    return render(request, "missing/notification.jinja", context, status=400 if wrong else 200)


@require_POST
@needs("see_notifications")
def accept(request: SignedIn, pk: int) -> HttpResponse:
    """Accept it; what differs asks for a reason."""
    get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    form = AcceptForm(request.POST)
    try:
        words = form.cleaned_data["why"] if form.is_valid() else ""
        actions.accept(notification_id=pk, by=request.user, at=timezone.now(), words=words)
    except actions.Differs as refusal:
        form.add_error("why", str(refusal))
        return _page(request, pk, WordsForm(), form)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("notification", pk=pk)
    messages.success(request, "It is accepted.", extra_tags=reverse("notification_accept", args=[pk]))
    return redirect("notifications")


def _due_wanted(request: SignedIn) -> dict[str, Any]:
    get = request.GET
    view = get.get("view", "overdue")
    return {
        "view": view if view in dict(shown.DUE_VIEWS) else "overdue",
        "kind": get.get("kind", "") if get.get("kind") in Kind.values else "",
        "school": params.number(get.get("school")),
    }


def _due_listed(request: SignedIn, page_size: int) -> Any:
    found = shown.due(request.user, _due_wanted(request), timezone.localdate())
    return listing(found, request.GET, DUE, default_sort="due_on", page_size=page_size)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_notifications")
def returns_due(request: SignedIn) -> HttpResponse:
    """Returns that rolls and registers call for; POST reminds the schools of those that were ticked."""
    if request.method == "POST":
        ids = [pk for text in request.POST.getlist("row") if (pk := params.number(text)) is not None]
        words = "The schools are reminded." if ids else "Tick the rows of which schools should be reminded."
        try_step(request, due_actions.chase, words, ids=ids, by=request.user, at=timezone.now())
        return redirect("returns_due")
    today, found = timezone.localdate(), _due_listed(request, 50)
    context = {
        "places": tabs(request.user, "returns_due"),
        "page": replace(found, rows=shown.due_rows(found.rows, today)),
        "wanted": _due_wanted(request),
        "views": shown.DUE_VIEWS,
        "kinds": Kind.choices,
        "schools": _schools(request.user),
        "exports": exports(request, "returns_due_export"),
    }
    return render(request, "missing/returns_due.jinja", context)


@require_safe
@needs("see_notifications")
def due_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "returns due export")
    return export_response(
        kind, "returns-due", shown.DUE_HEADER, shown.due_export(_due_listed(request, MOST_ROWS).rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_notifications")
def return_due(request: SignedIn, pk: int) -> HttpResponse:
    """One return due; POST says why it is not needed."""
    seen = DueReturn.objects.visible_to(request.user).select_related("school", "pupil", "notification")
    one = get_object_or_404(seen, pk=pk)
    access.log_read(request, one.pupil_id, page="return due")
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and try_form(
        form, due_actions.not_needed, due_id=pk, by=request.user, at=timezone.now()
    ):
        messages.success(request, "It is settled: no return is needed.")
        return redirect("returns_due")
    (row,) = shown.due_rows([one], timezone.localdate())
    context = {"one": one, "row": row, "form": form if one.state == DueReturn.State.DUE else None}
    return render(request, "missing/return_due.jinja", context, status=400 if form.is_bound else 200)
