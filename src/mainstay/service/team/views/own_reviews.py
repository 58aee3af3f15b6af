"""What reviews found in one's own work: read by the officer, who may say something about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.record import access
from mainstay.service.record.providers import href_of
from mainstay.service.team import places
from mainstay.service.team.actions import quality as actions
from mainstay.service.team.forms_people import ReplyForm
from mainstay.service.team.models import Review
from mainstay.service.team.queries import quality as shown
from mainstay.service.team.terms import Term
from mainstay.service.team.views.answers import try_form

COLUMNS = (
    Column("label", "Record", sort="label"),
    Column("on", "Settled", sort="on"),
    Column("term", "Term"),
    Column("grade", "Grade", sort="grade"),
    Column("themes", "Themes"),
    Column("reply", "My comment"),
)


@require_safe
@needs("work_case")
def own_reviews(request: SignedIn) -> HttpResponse:
    page = listing(shown.own(request.user), request.GET, COLUMNS)
    context = {"places": places.tabs(request.user, "own_reviews"), "page": page}
    return render(request, "team/own_reviews.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("work_case")
def own_review(request: SignedIn, pk: int) -> HttpResponse:
    """One review of one's own work; POST adds the comment."""
    seen = Review.objects.own_of(request.user).select_related(
        "pupil", "sample", "reviewed_by", "moderated_by"
    )
    one = get_object_or_404(seen, pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    access.log_read(request, one.pupil, page="own review")
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and try_form(form, actions.reply, review_id=pk, by=request.user, at=timezone.now()):
        messages.success(
            request, "Your comment is kept. Whoever reviewed is told.", extra_tags=f"own-review-{pk}"
        )
        return redirect("own_review", pk=pk)
    context = {
        "review": one,
        "term": Term.of_key(one.sample.term).label,
        "href": href_of(one.about_kind, one.about_id, request.user),
        "form": form if one.replied_at is None else None,
    }
    return render(request, "team/own_review.jinja", context, status=400 if form.is_bound else 200)
