"""One's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.actions import people, signins, tokens
from mainstay.service.accounts.announcements import workplaces
from mainstay.service.accounts.forms import DetailsForm
from mainstay.service.accounts.models import ApiToken
from mainstay.service.accounts.permissions import SignedIn, needs


@require_safe
@needs(None)
def profile(request: SignedIn) -> HttpResponse:
    user, now = request.user, timezone.now()
    keys = list(ApiToken.objects.filter(user=user).order_by("-made_at")[:50])
    return render(
        request,
        "accounts/profile.jinja",
        {
            "person": user,
            "roles": people.roles_of(user),
            "workplaces": [text for texts in workplaces.ask(user) for text in texts],
            "second_factor": is_mfa_enabled(user),
            "sign_ins": signins.current(user),
            "this_sign_in": request.session.get("sign_in"),
            "tokens": [key for key in keys if key.scopes != [tokens.CALENDAR]],
            "may_calendar": tokens.CALENDAR in tokens.scopes_for(user),
            "calendar": tokens.calendar_of(user, now),
            "schools": tokens.schools_for(user) if any(key.school_id for key in keys) else {},
            "now": now,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def edit(request: SignedIn) -> HttpResponse:
    user = request.user
    known = {"name": user.name, "post": user.post, "phone": user.phone}
    form = DetailsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        people.change_details(user=user, by=user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Your details were changed.")
        return redirect("profile")
    context = {"form": form, "heading": "Your details", "back": "profile"}
    return render(request, "accounts/details.jinja", context, status=400 if form.errors else 200)


@require_POST
@needs(None)
def shortcuts(request: SignedIn) -> HttpResponse:
    on = request.POST.get("on") == "1"
    people.set_shortcuts(user=request.user, on=on, at=timezone.now())
    messages.success(request, f"Keyboard shortcuts are {'on' if on else 'off'}.")
    return redirect("profile")


@require_POST
@needs(None)
def end_sign_ins(request: SignedIn) -> HttpResponse:
    """End one other sign-in (``only``), or all others."""
    only = request.POST.get("only", "")
    count = signins.end_others(
        user=request.user,
        keep=request.session.get("sign_in"),
        by=request.user,
        at=timezone.now(),
        only=int(only) if only.isdecimal() and len(only) < 15 else None,
    )
    messages.success(request, "The other sign-ins were ended." if count else "There was nothing to end.")
    return redirect("profile")
