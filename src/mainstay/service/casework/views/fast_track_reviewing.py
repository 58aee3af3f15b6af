"""While the framework runs and at its review: a breach, the review, its outcome, the aftercare."""

from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import fast_track_register
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.forms_fast_track import BecauseForm, TimeForm, words
from mainstay.service.casework.forms_fast_track_plan import OutcomeForm, ReviewForm
from mainstay.service.casework.models import FastTrack
from mainstay.service.casework.queries import fast_tracks as shown
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.casework.steps_fast_track import FAST_TRACK, review_not_held
from mainstay.service.casework.views.fast_track_inviting import form_page
from mainstay.service.casework.views.fast_tracks import METHODS, opened
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common import meanwhile
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.forms import Choice
from mainstay.service.record import frame
from mainstay.service.record.models import Meeting

Outcome = FastTrack.Outcome
#: what may be chosen -> the step it is, and what it means
OUTCOMES: Final = (
    (
        "improved",
        "improved",
        "Close as improved",
        "The school watches over it for some weeks; the case is monitored.",
    ),
    ("extend", "extend", "Extend it once", "From today, with the same plan and another review."),
    ("penalty_notice", "pass_on", "Consider a penalty notice", "Begin a request on the child’s Cases tab."),
    (
        "supervision",
        "pass_on",
        "Consider an education supervision order",
        "With social care, before any prosecution.",
    ),
    ("legal", "pass_on", "Pass on to legal", "The case goes to the legal co-ordinator."),
    ("social_care", "pass_on", "Social care leads", "The case closes here."),
    ("legal_at_once", "at_once", "Pass on to legal at once", "Without a plan and its weeks."),
    ("stopped", "stop", "Stop it", "New information, health, special educational needs, safeguarding."),
)


class _ForwardForm(TimeForm):
    because = words("Why it comes sooner", "", 2)


@require_http_methods(METHODS)
@needs("work_case")
def forward(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = _ForwardForm(
        typed(request), initial={"where": one.review.where if one.review else one.case.school.name}
    )

    def act() -> None:
        starts, ends = form.span()
        said = form.cleaned_data
        reviewing.bring_forward(
            fast_track_id=pk, starts=starts, ends=ends, where=said["where"], because=said["because"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip

    if (response := filled(request, form, act, "The review comes sooner.", "fast_track", pk)) is not None:
        return response
    intro = "After a breach, or because it goes well. Calendars follow. Each parent then gets a letter with the new day: send it from the page of the Fast Track."
    return form_page(
        request, one, form, heading="Bring the review forward", intro=intro, button="Bring it forward"
    )


@require_http_methods(METHODS)
@needs("work_case")
def midpoint(request: SignedIn, pk: int) -> HttpResponse:
    intro = "What helps, what does not, what changes from now on. The school reads it, with what the register says."
    return _because(
        request,
        pk,
        reviewing.look_half_way,
        "words",
        "Half-way",
        intro,
        "Record it",
        "The look half-way is recorded.",
    )


@require_http_methods(METHODS)
@needs("work_case")
def go_on(request: SignedIn, pk: int) -> HttpResponse:
    intro = "The weeks run on. Only sessions beyond those known now are flagged again."
    return _because(
        request,
        pk,
        reviewing.go_on,
        "because",
        "Let it go on",
        intro,
        "Let it go on",
        "The framework goes on.",
    )


@require_http_methods(METHODS)
@needs("decide_fast_track")
def relapse(request: SignedIn, pk: int) -> HttpResponse:
    intro = "Attendance fell again: what the register shows, and since when."
    done = "It is to be reviewed again."
    return _because(request, pk, reviewing.relapse, "because", "Review again", intro, "Review it again", done)


@require_http_methods(METHODS)
@needs("work_case")
def end(request: SignedIn, pk: int) -> HttpResponse:
    intro = "The Fast Track ends and the case closes as improved."
    return _because(
        request,
        pk,
        reviewing.end,
        "reasons",
        "End the aftercare",
        intro,
        "Close the case",
        "The case is closed.",
    )


def _because(
    request: SignedIn, pk: int, action: Any, name: str, heading: str, intro: str, button: str, done: str
) -> HttpResponse:
    one, form = opened(request, pk), BecauseForm(typed(request))

    def act() -> None:
        action(fast_track_id=pk, by=request.user, at=timezone.now(), **{name: form.cleaned_data["because"]})

    if (response := filled(request, form, act, done, "fast_track", pk)) is not None:
        return response
    return form_page(request, one, form, heading=heading, intro=intro, button=button)


@require_http_methods(METHODS)
@needs("work_case")
def review(request: SignedIn, pk: int) -> HttpResponse:
    """The review is written down, and its outcome chosen; each posted apart (``do``)."""
    one, user, do = opened(request, pk), request.user, request.POST.get("do", "")
    prefetch_related_objects([one], "interviews")  # every outcome asks whether one is under way
    posted = request.POST if request.method == "POST" else None
    initial = {"voice": one.review_voice, "account": one.parents_account}
    form = ReviewForm(posted if do == "review" else None, guests=_guests(one), initial=initial)
    offered = [choice for choice in OUTCOMES if _open_to(one, user, choice[1])]
    choices = [
        (name, Choice(text, hint=hint))
        for name, step, text, hint in offered
        if not FAST_TRACK[step].missing(one)
    ]
    outcome = OutcomeForm(posted if do == "outcome" else None, outcomes=choices)
    if do == "review":
        response = filled(
            request,
            form,
            lambda: _record(one, form, user, request.POST.get("seen", "")),
            "The review is recorded.",
            "fast_track_review",
            pk,
        )
    else:
        response = filled(
            request,
            outcome,
            lambda: _decide(one, outcome, user),
            "The outcome is recorded.",
            "fast_track",
            pk,
        )
    if response is not None:
        return response
    seen = fast_track_register.look([one]).get(one.pk)
    bound = [each for each in (form, outcome) if each.is_bound]
    context = {
        "child": frame.identity(one.case.pupil, user),
        "one": one,
        "form": form,
        "seen": meanwhile.mark(initial),
        "theirs": initial if form.is_bound and request.POST.get("seen") != meanwhile.mark(initial) else None,
        "outcome": outcome if choices else None,
        "missing": sorted({words for _, step, _, _ in offered for words in FAST_TRACK[step].missing(one)}),
        "actions": list(one.actions.all()),
        "weeks": shown.weeks(seen, one.target),
        "total": seen.total.as_dict() if seen else None,
        "parents": [(to, shown.needs(to), shown.asked_words(to)) for to in one.asked()],
        "not_held": review_not_held(one, {to.parent_id for to in one.asked()}),
        "chairs": may_chair(user, timezone.localdate()),
        "wrong": bound,
    }
    return render(request, "casework/fast_track/review.jinja", context, status=400 if bound else 200)


def _open_to(one: FastTrack, user: Any, step: str) -> bool:
    return one.state in FAST_TRACK[step].sources and user.may(FAST_TRACK[step].permission)


def _guests(one: FastTrack) -> list[tuple[int, str]]:
    """Those asked to the review, until it is recorded who came."""
    if one.review is None or one.review.state != Meeting.State.PLANNED or one.review.starts > timezone.now():
        return []
    return list(one.review.guests.order_by("pk").values_list("pk", "name"))


def _record(one: FastTrack, form: ReviewForm, by: Any, seen: str) -> None:
    reviewing.record_review(fast_track_id=one.pk, by=by, at=timezone.now(), seen=seen, **form.cleaned_data)


def _decide(one: FastTrack, form: OutcomeForm, by: Any) -> None:
    said: dict[str, Any] = {"fast_track_id": one.pk, "weighed": form.weighed, "by": by, "at": timezone.now()}
    chosen = form.cleaned_data["outcome"]
    alone = {
        "improved": reviewing.improved, "extend": reviewing.extend, "legal_at_once": reviewing.at_once,
        "stopped": reviewing.stop,
    }  # fmt: skip
    if chosen in alone:
        alone[chosen](**said)
    elif chosen in reviewing.PASSED_ON:
        reviewing.pass_on(outcome=chosen, **said)
    else:
        raise StepRefused("Choose what follows.")
