"""The page before a restricted record: why is it opened?"""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access


class ReasonForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        label="Why do you need to open this record?",
        help_text="Kept with your name and the time, and read by information governance.",
        error_messages={"required": "Say why you need to open this record"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("open_restricted")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    pupil = get_object_or_404(Pupil.objects.visible_to(request.user), pk=pk)
    back = _back(request, pupil)
    if not pupil.restricted or access.is_open(request.user, pupil):
        return redirect(back)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            access.open_restricted(
                pupil=pupil, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except StepRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            return redirect(back)
    return render(
        request,
        "record/open.jinja",
        {"pupil": pupil, "form": form, "back": back},
        status=400 if form.is_bound else 200,
    )


def _back(request: SignedIn, pupil: Pupil) -> str:
    """The page that was asked for, if it is one of ours."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else reverse("pupil", args=[pupil.pk])
