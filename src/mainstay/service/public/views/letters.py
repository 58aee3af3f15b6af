"""The parent's pages: open a letter, read it, say that it is wrong, keep the receipt, leave."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.open_pages import HOUR, open_page, within
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.penalties.actions import receipts, representing
from mainstay.service.public import opening
from mainstay.service.public.forms import OpenForm, RepresentationForm
from mainstay.service.public.queries import letter as letters

GET_POST: Final = ["GET", "HEAD", "POST"]
#: where "leave quickly" leads: a page anybody might be looking at
ELSEWHERE: Final = "https://www.bbc.co.uk/weather"
#: letters a parent may send about one notice, and anybody from one address; our own choice
SAID_A_DAY, SAID_FROM_AN_HOUR = 5, 30
NOT_FOUND: Final = (
    "No letter fits these three. Check the number, your surname and the postcode: they must be as they stand on the "
    "letter."
)


@open_page
@sensitive_post_parameters("surname", "postcode")
@require_http_methods(GET_POST)
def open_letter(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        if not opening.within_tries(request, said["number"]):
            return render(request, "public/too_many.jinja", status=429)
        notice = opening.find(said["number"], said["surname"], said["postcode"])
        if notice is not None:
            opening.open_letter(request, notice)
            return redirect("letter_read")
        form.add_error(None, NOT_FOUND)
    context = {"form": form, "opened": opening.opened(request)}
    return render(request, "public/open.jinja", context, status=400 if form.errors else 200)


@open_page
@require_http_methods(GET_POST)
def read(request: HttpRequest) -> HttpResponse:
    """The letter looked at; POST looks at another of those opened."""
    opened = opening.opened(request)
    if request.method == "POST":
        wanted = next((one for one in opened if one.number == request.POST.get("number")), None)
        if wanted is not None:
            opening.show(request, wanted)
        return redirect("letter_read")
    notice = opening.shown(request)
    if notice is None:
        return redirect("letter_open")
    context = letters.shown(notice, timezone.localdate()) | {
        "others": [one for one in opened if one.pk != notice.pk],
        "asked": representing.asked(notice),
    }
    return render(request, "public/letter.jinja", context)


@open_page
@sensitive_post_parameters("text", "reach")
@require_http_methods(GET_POST)
def representation(request: HttpRequest) -> HttpResponse:
    """Say that the notice is wrong."""
    notice = opening.shown(request)
    if notice is None:
        return redirect("letter_open")
    form = RepresentationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not all(
            [
                within(request, "said-from", SAID_FROM_AN_HOUR),
                within_limit("said", str(notice.pk), most=SAID_A_DAY, seconds=24 * HOUR),
            ]
        ):
            return render(request, "public/too_many.jinja", status=429)
        try:
            representing.say(notice_id=notice.pk, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            asked = representing.asked(notice)
            until = f" We will answer by {long_date(asked.last_day)}." if asked else ""
            messages.success(request, f"Thank you: an officer reads what you wrote.{until}")
            return redirect("letter_read")
    payable = letters.state_of(notice, timezone.localdate()) == "pay"
    context = {"form": form, "notice": notice, "payable": payable}
    return render(request, "public/representation.jinja", context, status=400 if form.errors else 200)


@open_page
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt of the letter looked at, as PDF."""
    notice = opening.shown(request)
    if notice is None:
        return redirect("letter_open")
    try:
        content = receipts.pdf(notice_id=notice.pk, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("letter_read")
    name = f'attachment; filename="receipt-{notice.number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@open_page
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the letters and go somewhere else."""
    opening.close(request)
    return HttpResponseRedirect(ELSEWHERE)
