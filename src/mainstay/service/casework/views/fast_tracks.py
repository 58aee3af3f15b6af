"""Fast Tracks: the list, its file, one on its page, and the decision that begins it."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import displaced, fast_track_register, information, places
from mainstay.service.casework.actions import fast_track_deciding as deciding
from mainstay.service.casework.actions.fast_track_letters import before_review
from mainstay.service.casework.actions.fast_track_meeting import speaks_for
from mainstay.service.casework.forms_fast_track import SCOPES, STATES, DecideForm, FastTracksFilter
from mainstay.service.casework.letters_fast_track_review import outcome_of
from mainstay.service.casework.models import FastTrack, FastTrackAction, FastTrackInvitation, Interview
from mainstay.service.casework.queries import fast_tracks as shown
from mainstay.service.casework.views import cases
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Dated, Parent, Parenthood, School
from mainstay.service.record import access, frame
from mainstay.service.record.models import Deadline, Meeting

METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("number", "Fast Track", sort="pk", nowrap=True),
    Column("child", "Child", sort="case__pupil__key"),
    Column("school", "School", sort="case__school__key"),
    Column("state", "State", sort="state"),
    Column("meeting", "Meeting", sort="meeting__starts", nowrap=True),
    Column("chair", "Chair", sort="chair__name"),
    Column("review_on", "Review", sort="review_on", nowrap=True),
)
#: step -> where it is taken; the others have their place on the outcome's page
TAKEN_AT: Final = {
    "invite": "fast_track_send", "rearrange": "fast_track_rearrange", "hold": "fast_track_hold",
    "not_attended": "fast_track_absent", "begin": "fast_track_plan", "go_on": "fast_track_go_on",
    "bring_forward": "fast_track_forward", "relapse": "fast_track_relapse", "end": "fast_track_end",
}  # fmt: skip


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, FastTracksFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_cases")
def fast_tracks(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, FastTracksFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "fast_tracks"),
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES if user.sees_all_schools else [],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "fast_tracks_export"),
        "filtered": any(wanted.values()),
        "today": timezone.localdate(),
    }
    return render(request, "casework/fast_track/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "fast tracks export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "fast-tracks", shown.HEADER, rows)


@require_http_methods(METHODS)
@needs("decide_fast_track")
def new(request: SignedIn, pk: int) -> HttpResponse:
    """The decision, for a case."""
    case = cases.opened(request, pk)
    if request.method != "POST":
        access.log_read(request, case.pupil, page="fast track")
    ties = Parenthood.objects.filter(Dated.on(timezone.localdate()), pupil=case.pupil_id).select_related(
        "parent"
    )
    known = {str(tie.parent_id): tie for tie in ties.order_by("priority", "pk")}
    choices = [(pk, f"{tie.parent.name}, {tie.get_basis_display().lower()}") for pk, tie in known.items()]
    form = DecideForm(typed(request), parents=choices)

    def act() -> None:
        said: dict[str, Any] = {"weighed": form.weighed, "offence": form.offence, "by": request.user}
        if form.cleaned_data["suitable"] == "no":
            deciding.not_suitable(case_id=case.pk, at=timezone.now(), **said)
            return
        wanted: list[Parent] = [known[pk].parent for pk in form.cleaned_data["parents"]]
        deciding.decide(case_id=case.pk, parents=wanted, at=timezone.now(), **said)

    done = "The decision is recorded."
    if (
        response := filled(request, form, act, done, "case", case.pk, saved=f"fast-track-new-{pk}")
    ) is not None:
        return response
    context = {
        "child": frame.identity(case.pupil, request.user),
        "case": case,
        "form": form,
        "displaced": displaced.words_of(case),
    }
    return render(request, "casework/fast_track/new.jinja", context, status=400 if form.is_bound else 200)


def found_rows() -> Any:
    invitations = FastTrackInvitation.objects.select_related(
        "parent", "asked_by", "review_asked_by", "service__run", "plan_service__run", "review_service__run",
        "outcome_service__run",
    )  # fmt: skip
    return FastTrack.objects.select_related(
        *shown.SHOWN_WITH,
        "decision__by",
        "decision__approved_by",
        "outcome_decision__by",
        "outcome_decision__approved_by",
    ).prefetch_related(
        Prefetch("invitations", invitations),
        Prefetch("actions", FastTrackAction.objects.select_related("said_by")),
    )


def opened(request: SignedIn, pk: int) -> FastTrack:
    """The Fast Track, for a page that changes it; 404 unless it is in view and its record stands open."""
    visible = FastTrack.objects.visible_to(request.user).order_by().values("pk")
    one: FastTrack = get_object_or_404(found_rows().filter(pk__in=visible), pk=pk)
    if not access.may_open(request.user, one.case.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, one.case.pupil, page="fast track")
    return one


@require_safe
@needs("see_cases")
def fast_track(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    visible = FastTrack.objects.visible_to(user).order_by().values("pk")
    one = get_object_or_404(found_rows().filter(pk__in=visible), pk=pk)
    if not access.may_open(user, one.case.pupil):
        return redirect(access.ask_reason_url(one.case.pupil, back=request.get_full_path()))
    access.log_read(request, one.case.pupil, page="fast track")
    return render(request, "casework/fast_track/page.jinja", _context(one, user))


def _context(one: FastTrack, user: Any) -> dict[str, Any]:
    today, service = timezone.localdate(), user.sees_all_schools
    review_to_send = _review_to_send(one, user)
    here = frame.is_present(one.case.pupil, user)  # a former school is not shown the marks of the next one
    seen = fast_track_register.look([one]).get(one.pk) if here else None
    steps = shown.steps(one, user) if service else []
    held = Interview.objects.visible_to(user).filter(fast_track=one).select_related("parent", "begun_by")
    interviews = list(held) if service else []
    about = (
        Deadline.objects.visible_to(user)
        .open()
        .filter(
            Q(about_kind=one._meta.label_lower, about_id=str(one.pk))
            | Q(about_kind=Interview._meta.label_lower, about_id__in=[str(held.pk) for held in interviews])
        )
    )
    return {
        "one": one,
        "child": frame.identity(one.case.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "meeting_rows": shown.meeting_rows(one),
        "plan_rows": shown.plan_rows(one),
        "actions": list(one.actions.all()),
        "parents": shown.parents(one, user, today) if service else [],
        "here": here,
        "weeks": shown.weeks(seen, one.target),
        "total": seen.total.as_dict() if seen else None,
        "steps": [(step, TAKEN_AT[step.name], step.missing(one)) for step in steps if step.name in TAKEN_AT],
        "decides": [step for step in steps if step.name not in TAKEN_AT],
        "interviews": interviews,
        "deadlines": list(about.order_by("last_day", "pk")),
        "plan_to_send": _plan_to_send(one, user),
        "review_to_send": review_to_send,
        "review_missing": before_review(one, timezone.now()) if review_to_send else [],
        "outcome_to_send": _outcome_to_send(one, user),
        "school_age": shown.school_age(one, today),
        "speaks_for": speaks_for(user, one),
        "half_way": user.may("work_case") and _half_way(one, today),
        "information": information.beside(one, one.case.pupil, user) if service else None,
        "service": service,
        "reads": service and user.may("see_service_entries"),
        "today": today,
    }


def _half_way(one: FastTrack, today: date) -> bool:
    """Whether the day to look back half-way has come."""
    running = one.state == FastTrack.State.FRAMEWORK
    return running and one.midpoint_on is not None and one.midpoint_on <= today


def _review_to_send(one: FastTrack, user: Any) -> bool:
    """Whether the review is near, a parent has no letter about it, and this person may send one."""
    to_come = one.state == FastTrack.State.REVIEW and not (
        one.review and one.review.state == Meeting.State.HELD
    )
    near = one.state == FastTrack.State.FRAMEWORK and one.review is not None and (
        one.review.starts <= timezone.now() + shown.REVIEW_NEAR
    )  # fmt: skip
    lacking = any(to.review_service_id is None for to in one.asked())
    return (to_come or near) and lacking and bool(user.may("invite_parents"))


def _outcome_to_send(one: FastTrack, user: Any) -> bool:
    """Whether a parent has no letter about what was decided, and this person may send one."""
    lacking = any(to.outcome_service_id is None for to in one.written_to())
    return bool(outcome_of(one)) and lacking and bool(user.may("invite_parents"))


def _plan_to_send(one: FastTrack, user: Any) -> bool:
    """Whether a parent has no copy of the plan as it runs now, and this person may send it."""
    running = one.state in (FastTrack.State.FRAMEWORK, FastTrack.State.REVIEW)
    lacking = any(to.plan_service_id is None for to in one.asked())
    return running and lacking and bool(user.may("invite_parents"))
