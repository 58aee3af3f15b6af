"""The pages of the search: enquiries, referral looked through, found, School to School, reviews, places, closing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.filters import long_date
from mainstay.service.missing import forms, sources
from mainstay.service.missing.actions import closing, enquiring, searching
from mainstay.service.missing.models import Enquiry, PlaceAsked
from mainstay.service.missing.queries import matches as matched
from mainstay.service.missing.views.filling import METHODS, PAGE, filled, form_page, opened, typed


@require_http_methods(METHODS)
@needs("refer_missing")
def enquiry(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    side = enquiring.side_of(request.user)
    form = forms.EnquiryForm(typed(request), side=side, initial={"asked_on": timezone.localdate()})

    def act() -> None:
        enquiring.enquire(child_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The enquiry is in the log.", PAGE, pk)) is not None:
        return response
    intro = "One line of the log: who was asked, when, and what came of it. The answer can follow later."
    return form_page(request, one, form, heading="Add an enquiry", intro=intro, button="Write it down")


@require_http_methods(METHODS)
@needs("refer_missing")
def enquiry_answer(request: SignedIn, pk: int, enquiry: int) -> HttpResponse:
    one = opened(request, pk)
    rows = Enquiry.objects.filter(child=pk)
    line = get_object_or_404(rows.filter(side="school") if request.user.is_school_user else rows, pk=enquiry)
    initial = {
        "result": line.result,
        "answer": line.answer,
        "answered_on": line.answered_on or timezone.localdate(),
    }
    form = forms.AnswerForm(typed(request), initial=initial)

    def act() -> None:
        enquiring.answered(enquiry_id=line.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The answer is in the log.", PAGE, pk)) is not None:
        return response
    heading = f"What came of it: {sources.label(line.source)}"
    return form_page(request, one, form, heading=heading, button="Save the answer")


def _step(
    request: SignedIn, pk: int, form: Any, action: Any, done: str, heading: str, button: str, **said: Any
) -> HttpResponse:
    """A page whose form gives an action its keywords."""
    one = opened(request, pk)

    def act() -> None:
        action(child_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, done, PAGE, pk)) is not None:
        return response
    return form_page(request, one, form, heading=heading, button=button, **said)


@require_http_methods(METHODS)
@needs("work_missing")
def accept(request: SignedIn, pk: int) -> HttpResponse:
    intro = "You work on it from now on, and the clocks of the enquiries run."
    return _step(
        request, pk, forms.AcceptForm(typed(request)), searching.accept, "Accepted. Begin with the log of enquiries.",
        "Accept the referral", "Accept it", intro=intro,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    intro = "For a child outside the area, on a roll, educated at home, or not missing education."
    return _step(
        request, pk, forms.ReturnForm(typed(request)), searching.send_back, "Returned. The referrer reads your answer.",
        "Return the referral", "Return it", intro=intro,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def found(request: SignedIn, pk: int) -> HttpResponse:
    initial: dict[str, Any] = {"on": timezone.localdate()}
    match = matched.same(request.user, pk)
    if match is not None and match.school is not None:
        since = f" since {long_date(match.entered_on)}" if match.entered_on else ""
        who = f"; {match.decided_by.name} compared the records" if match.decided_by else ""
        initial |= {"where": "city", "where_told": f"On the roll of {match.school.name}{since}{who}"}
    form = forms.FoundForm(typed(request), initial=initial)
    intro = "It is not closed with this: that needs confirmation."
    return _step(request, pk, form, searching.found, "Found: now have it confirmed.", "The child is found",
                 "Save where the child is", intro=intro)  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def lost(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, forms.BecauseForm(typed(request)), searching.lost, "The search goes on.",
                 "The child is not there after all", "Search again")  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def needs_place(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, forms.BecauseForm(typed(request)), searching.needs_place, "Ask for a place now.",
                 "The child needs a school place", "Save")  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def search(request: SignedIn, pk: int) -> HttpResponse:
    form = forms.SearchForm(typed(request), initial={"posted_on": timezone.localdate()})
    intro = (
        "A message in the area for lost pupils. The last school sends its file to the destination XXXXXXX."
    )
    return _step(
        request, pk, form, searching.post, "Written down.", "Posted on School to School", "Save", intro=intro
    )


@require_http_methods(METHODS)
@needs("work_missing")
def review(request: SignedIn, pk: int) -> HttpResponse:
    form = forms.ReviewForm(typed(request), initial={"next_on": searching.next_review(timezone.localdate())})
    return _step(request, pk, form, searching.review, "Reviewed.", "Review of the term", "Save the review",
                 intro="Ask again where an answer may have changed: admissions, benefits, health, School to School.")  # fmt: skip


@require_http_methods(METHODS)
@needs("work_missing")
def place(request: SignedIn, pk: int) -> HttpResponse:
    form = forms.PlaceForm(typed(request), initial={"asked_on": timezone.localdate()})
    return _step(request, pk, form, searching.ask_place, "Written down.", "Ask for a school place", "Save")


@require_http_methods(METHODS)
@needs("work_missing")
def place_answer(request: SignedIn, pk: int, place: int) -> HttpResponse:
    one = opened(request, pk)
    row = get_object_or_404(PlaceAsked, child=pk, pk=place)
    initial = {"answered_on": timezone.localdate(), "school": row.school_id}
    form = forms.PlaceAnswerForm(typed(request), initial=initial)

    def act() -> None:
        searching.place_answered(place_id=row.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The answer is written down.", PAGE, pk)) is not None:
        return response
    return form_page(request, one, form, heading="What came of asking for a place", button="Save the answer")


@require_http_methods(METHODS)
@needs("work_missing")
def close(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    match = matched.same(request.user, pk)
    initial = {"reason": "registered", "school": match.school_id} if match else None
    files = request.FILES if request.method == "POST" else None
    form = forms.CloseForm(typed(request), files, initial=initial)

    def act() -> None:
        closing.close(
            child_id=pk, of=form.of, file=form.cleaned_data["file"], by=request.user, at=timezone.now()
        )

    if (response := filled(request, form, act, "Closed. It can be opened again.", PAGE, pk)) is not None:
        return response
    intro = "Only what is confirmed closes a search: a name on a roll is not enough, nor is a rumour."
    return form_page(
        request, one, form, heading="Close with evidence", intro=intro, button="Close it", file=True
    )


@require_http_methods(METHODS)
@needs("refer_missing")
def back(request: SignedIn, pk: int) -> HttpResponse:
    form = forms.BackForm(typed(request), initial={"attended_on": timezone.localdate()})
    return _step(
        request, pk, form, closing.back, "Ended: the child is back.", "The child is back", "End the enquiries"
    )


@require_http_methods(METHODS)
@needs("work_missing")
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, pk, forms.BecauseForm(typed(request)), closing.reopen, "Open again: the clocks run from today.",
                 "Open it again", "Open it again")  # fmt: skip
