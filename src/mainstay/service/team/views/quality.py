"""Dip samples: drawn, reviewed against the checklist, moderated, and what they found."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.record import access
from mainstay.service.record.providers import href_of
from mainstay.service.team import places, terms
from mainstay.service.team.actions import quality as actions
from mainstay.service.team.forms_people import ModerateForm, ReviewForm
from mainstay.service.team.models import Review
from mainstay.service.team.queries import quality as shown
from mainstay.service.team.values import in_force
from mainstay.service.team.views.answers import try_form

COLUMNS = (
    Column("label", "Record", sort="label"),
    Column("child", "Child"),
    Column("officer", "Officer", sort="officer"),
    Column("state", "State", sort="state"),
    Column("grade", "Grade", sort="grade"),
)


#: in the place of a term: what waits for this person, whenever it was drawn
DUE = "due"


@require_safe
@needs("review_quality")
def quality(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    due, term = request.GET.get("term") == DUE, terms.of_key(request.GET.get("term"), today)
    found, values = shown.reviews(user, None if due else term), in_force(today)
    grades = shown.by_grade(found, values["grades"])
    context = {
        "places": places.tabs(user, "quality"),
        "term": term,
        "due": due,
        "terms": terms.recent(today),
        "page": listing(shown.rows(found), request.GET, COLUMNS),
        "without": [] if due else shown.without(user, term, today),
        "size": values["sample_size"],
        "grades": {"rows": grades, "columns": _columns(grades)},
        "themes": {"rows": shown.by_theme(found), "columns": THEMES},
    }
    return render(request, "team/quality.jinja", context)


THEMES = (Column("theme", "Theme"), Column("number", "Reviews", numeric=True))


def _columns(rows: list[dict[str, Any]]) -> list[Column]:
    names = list(rows[0])[1:] if rows else []
    return [Column("line", "What was looked at"), *(Column(name, name, numeric=True) for name in names)]


@require_POST
@needs("review_quality")
def draw(request: SignedIn) -> HttpResponse:
    """Draw a sample of each officer ticked; what cannot be drawn is said, the others are."""
    user, today = request.user, timezone.localdate()
    term = terms.of_key(request.POST.get("term"), today)
    wanted = {params.number(text) for text in request.POST.getlist("officer")}
    drawn = 0
    for officer in shown.without(user, term, today):
        if officer.pk not in wanted:
            continue
        try:
            drawn += actions.draw(officer=officer, term=term, by=user, at=timezone.now()).reviews.count()
        except StepRefused as refusal:
            messages.error(request, str(refusal))
    if drawn:
        messages.success(request, f"{plural(drawn, 'record')} drawn.")
    return redirect(f"{reverse('quality')}?term={term.key}")


def _found(request: SignedIn, pk: int) -> Review:
    seen = Review.objects.visible_to(request.user)
    one = seen.select_related("pupil", "sample__officer", "reviewed_by", "moderated_by")
    return get_object_or_404(one, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("review_quality")
def review(request: SignedIn, pk: int) -> HttpResponse:
    """One record: what to look at, the checklist, and the moderation. POST records the review."""
    one, values = _found(request, pk), in_force(timezone.localdate())
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    access.log_read(request, one.pupil, page="quality review")
    lists = {"checklist": values["checklist"], "grades": values["grades"], "themes": values["quality_themes"]}
    form = ReviewForm(request.POST if request.method == "POST" else None, **lists)
    if form.is_valid():
        try:
            actions.review(review_id=pk, **form.said, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The review is recorded. Somebody else moderates it.", extra_tags=f"review-{pk}"
            )
            return redirect("quality_review", pk=pk)
    return _page(request, one, form=form)


@require_POST
@needs("review_quality")
def moderate(request: SignedIn, pk: int) -> HttpResponse:
    one = _found(request, pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=reverse("quality_review", args=[pk])))
    grades = in_force(timezone.localdate())["grades"]
    form = ModerateForm(request.POST, review=one, grades=grades)
    if try_form(form, actions.moderate, review_id=pk, by=request.user, at=timezone.now()):
        messages.success(request, "The moderation is recorded.", extra_tags=f"review-{pk}-moderate")
        return redirect("quality_review", pk=pk)
    return _page(request, one, moderating=form)


def _page(
    request: SignedIn, one: Review, form: ReviewForm | None = None, moderating: ModerateForm | None = None
) -> HttpResponse:
    """A form that was not right keeps what was typed."""
    user, state = request.user, Review.State(one.state)
    grades = in_force(timezone.localdate())["grades"]
    may_moderate = state == Review.State.REVIEWED and one.reviewed_by_id != user.pk
    wrong = any(given is not None and given.is_bound for given in (form, moderating))
    context = {
        "review": one,
        "term": next(
            (t.label for t in terms.recent(timezone.localdate(), 12) if t.key == one.sample.term), ""
        ),
        "child": shown.child(one),
        "href": href_of(one.about_kind, one.about_id, user),
        "colour": shown.COLOURS[one.state],
        "form": form if state == Review.State.DRAWN or (form and form.is_bound) else None,
        "moderating": moderating or (ModerateForm(review=one, grades=grades) if may_moderate else None),
        "own": state == Review.State.REVIEWED and one.reviewed_by_id == user.pk,
    }
    return render(request, "team/review.jinja", context, status=400 if wrong else 200)
