"""A school's own returns: what is due, what was sent, a new one by form or file, one sent back to mend."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.law import deletion
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import FileRefused
from mainstay.service.directory.models import schools_in_view
from mainstay.service.missing import notices
from mainstay.service.missing.actions import notification_files, off_rolling, signed
from mainstay.service.missing.actions import notifications as actions
from mainstay.service.missing.forms_notifications import (
    AnswerForm,
    AnswersForm,
    FileForm,
    GroundForm,
    NotificationForm,
)
from mainstay.service.missing.models import (
    DueReturn,
    Notification,
    NotificationFile,
    OffRolling,
    RollDecision,
)
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.missing.places import tabs
from mainstay.service.missing.queries import notifications as shown
from mainstay.service.record import access
from mainstay.service.team.views.answers import try_form, try_step

COLUMNS = (
    Column("number", "Number", sort="pk", nowrap=True),
    Column("kind", "What", sort="kind"),
    Column("child", "Child"),
    Column("days", "Days", sort="first_on"),
    Column("received", "Sent", sort="received_at", nowrap=True),
    Column("state", "State", sort="state"),
)
DUE = (
    Column("kind", "Return"), Column("child", "Child"), Column("on", "Because of", nowrap=True), Column("due_on", "Due"),
    Column("make", "Make it", hidden=True),
)  # fmt: skip
#: returns due that the page shows at once
MOST = 50


def _listed(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, {"state": _state(request), "kind": _kind(request)})
    return listing(found, request.GET, COLUMNS, default_sort="-received", page_size=page_size)


def _state(request: SignedIn) -> str:
    state = request.GET.get("state", "")
    return state if state in Notification.State.values else ""


def _kind(request: SignedIn) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in Kind.values else ""


@require_safe
@needs("notify_roll")
def returns(request: SignedIn) -> HttpResponse:
    user, today, found = request.user, timezone.localdate(), _listed(request, 50)
    due = shown.due(user, {"view": "due"}, today).order_by("due_on", "pk")
    context = {
        "places": tabs(user, "school_returns"),
        "due": {"rows": shown.due_rows(due[:MOST], today), "columns": DUE},
        "due_total": due.count(),
        "asked": shown.off_rows(
            OffRolling.objects.visible_to(user).open().select_related("school", "pupil"), "school_off_rolling"
        ),
        "page": replace(found, rows=shown.rows(found.rows, "school_return")),
        "kinds": [(kind, label, notices.INTRO[kind]) for kind, label in Kind.choices],
        "states": Notification.State.choices,
        "state": _state(request),
        "kind": _kind(request),
        "exports": exports(request, "school_returns_export"),
        "today": today,
    }
    return render(request, "missing/school_returns.jinja", context)


@require_safe
@needs("notify_roll")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    if not request.user.may("export_lists"):
        raise Http404
    access.log_list(request, "school returns export")
    rows = (row[:-2] for row in shown.for_export(_listed(request, MOST_ROWS).rows))
    return export_response(kind, "returns", shown.HEADER[:-2], rows)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("notify_roll")
def new(request: SignedIn, kind: str) -> HttpResponse:
    """One kind; a deletion asks for its ground first. ``due`` names the return it answers."""
    if kind not in Kind.values:
        raise Http404
    due_row = _due(request)
    signed_row = signed.of_return(due_row) if due_row else None
    ground = request.GET.get("ground", signed_row.ground if signed_row else "")
    if kind == Kind.LEAVER and ground not in deletion.grounds():
        due = params.number(request.GET.get("due"))
        return render(request, "missing/school_return_ground.jinja", {"form": GroundForm(), "due": due})
    form = NotificationForm(
        request.POST if request.method == "POST" else None, user=request.user, kind=kind, ground=ground,
        pupil=due_row.pupil if due_row else None, initial=_initial(request, due_row, signed_row),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            one, made = actions.send(
                kind=kind, school=said["school"], pupil=said["pupil"], first_on=said["first_on"],
                last_on=said.get("last_on"), ground=ground, said=form.answers(), by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, one, made, f"return-{kind}")
            return redirect("school_return", pk=one.pk)
    context = {
        "form": form, "kind": Kind(kind), "intro": notices.INTRO[kind], "child": shown.child(due_row.pupil) if due_row else "",
        "ground": notices.ground_words(ground) if ground else "", "key": f"return-{kind}",
    }  # fmt: skip
    return render(request, "missing/school_return_new.jinja", context, status=400 if form.is_bound else 200)


def _due(request: SignedIn) -> DueReturn | None:
    pk = params.number(request.GET.get("due"))
    seen = DueReturn.objects.visible_to(request.user).select_related("pupil", "school")
    return seen.filter(pk=pk).first() if pk is not None else None


def _initial(request: SignedIn, due: DueReturn | None, both: RollDecision | None) -> dict[str, Any]:
    if due is not None and both is not None:
        return {
            "school": due.school_id, "first_on": max(due.on, timezone.localdate()), "joint_decision": True,
            "absent_from": both.from_day, "leave_ended_on": both.leave_ended_on,
        }  # fmt: skip
    if due is not None:
        first = due.on if due.kind in (Kind.JOINER, Kind.LEAVER) else None
        return {"school": due.school_id, "first_on": first}
    own = request.user.own_schools if hasattr(request.user, "own_schools") else []
    return {"school": own[0]} if own and len(own) == 1 else {}


def _say(request: SignedIn, one: Notification, made: bool, kept: str) -> None:
    """kept: the key under which the browser keeps the form's unsent text, to be forgotten."""
    if not made and one.state != Notification.State.BACK:
        messages.success(
            request, f"This was notified already as {one.number}: nothing was sent twice.", extra_tags=kept
        )
    elif one.problems:
        messages.error(request, "Something is missing: add it below, then send it again.", extra_tags=kept)
    else:
        messages.success(request, f"{one.number} is sent.", extra_tags=kept)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("notify_roll")
def one_return(request: SignedIn, pk: int) -> HttpResponse:
    """What was sent and what came of it; POST mends one that came back."""
    seen = Notification.objects.visible_to(request.user).select_related("school", "pupil", "sent_by")
    one = get_object_or_404(seen, pk=pk)
    if one.pupil is not None:
        if one.pupil.restricted and not access.is_open(request.user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.path))
        access.log_read(request, one.pupil, page="return")
    back = one.state == Notification.State.BACK
    initial = {"first_on": one.first_on, "last_on": one.last_on, **one.said}
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        kind=one.kind,
        ground=one.ground,
        initial=_days(one, initial),
    )
    if form.is_bound and form.is_valid():
        said = {**dict.fromkeys((a.name for a in notices.needs(one.kind, one.ground)), ""), **form.answers()}
        try:
            one = actions.correct(
                notification_id=pk, first_on=form.cleaned_data["first_on"], last_on=form.cleaned_data.get("last_on"),
                ground=one.ground, said=said, by=request.user, at=timezone.now(),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, one, True, request.path)
            return redirect("school_return", pk=pk)
    context = {
        "one": one, "form": form if back else None, "colour": shown.COLOURS[one.state], "days": shown.days(one),
        "child": shown.child(one.pupil, one.listed_name), "answers": notices.answers(one.kind, one.ground, one.said),
        "day_label": notices.DAYS[one.kind][0], "ground": notices.ground_words(one.ground),
        "may_withdraw": one.state in (Notification.State.SENT, Notification.State.BACK),
    }  # fmt: skip
    return render(request, "missing/school_return.jinja", context, status=400 if form.is_bound else 200)


def _days(one: Notification, initial: dict[str, Any]) -> dict[str, Any]:
    """Stored days as dates again."""
    of = {asked.name for asked in notices.needs(one.kind, one.ground) if asked.kind == "day"}
    return {
        name: params.day(str(value)) if name in of and value else value for name, value in initial.items()
    }


@require_http_methods(["POST"])
@needs("notify_roll")
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    try_step(
        request, actions.withdraw, "It is withdrawn.", notification_id=pk, by=request.user, at=timezone.now()
    )
    return redirect("school_returns")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("notify_roll")
def upload(request: SignedIn) -> HttpResponse:
    """Many at once by CSV."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*data, user=request.user)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = notification_files.receive(
                file=file,
                name=file.name,
                school=form.cleaned_data["school"],
                by=request.user,
                at=timezone.now(),
            )
        except FileRefused as refusal:
            form.add_error("file", f"{str(refusal)[:1].upper()}{str(refusal)[1:]}")
        except StepRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("school_returns_sent", pk=kept.pk)
    context = {"form": form, "explained": notification_files.explained(), "most": notification_files.MOST}
    return render(request, "missing/school_returns_file.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("notify_roll")
def sent(request: SignedIn, pk: int) -> HttpResponse:
    """What became of a file, line by line where it was refused."""
    one = get_object_or_404(
        NotificationFile.objects.filter(schools_in_view(request.user)).select_related("school"), pk=pk
    )
    found = Notification.objects.visible_to(request.user).filter(file=one).select_related("school", "pupil")
    back = sum(1 for row in found if row.state == Notification.State.BACK)
    page = listing(found, request.GET, COLUMNS, default_sort="number")
    context = {"one": one, "back": back, "page": replace(page, rows=shown.rows(page.rows, "school_return"))}
    return render(request, "missing/school_returns_sent.jinja", context)


@require_safe
@needs("notify_roll")
def template(request: SignedIn) -> HttpResponseBase:
    """An empty file with every column."""
    return export_response("csv", "returns-to-fill-in", notification_files.heading(), [])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("notify_roll")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """A name that left without a ground, as the school is asked about it."""
    one = get_object_or_404(
        OffRolling.objects.visible_to(request.user).select_related("school", "pupil"), pk=pk
    )
    access.log_read(request, one.pupil_id, page="off rolling")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and try_form(
        form, off_rolling.answer, off_rolling_id=pk, by=request.user, at=timezone.now()
    ):
        messages.success(request, "Your answer is sent.", extra_tags=request.path)
        return redirect("school_off_rolling", pk=pk)
    context = {
        "one": one, "form": form if one.state != OffRolling.State.CLOSED else None, "child": shown.child(one.pupil),
        "colour": shown.OFF_COLOURS[one.state], "leaver": reverse("school_return_new", args=[Kind.LEAVER]),
    }  # fmt: skip
    return render(request, "missing/school_off_rolling.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("notify_roll")
def due(request: SignedIn, pk: int) -> HttpResponse:
    """To the form of a return that is due."""
    one = get_object_or_404(DueReturn.objects.visible_to(request.user), pk=pk)
    return redirect(shown.making(one))
