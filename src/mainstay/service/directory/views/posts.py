"""Where somebody works: the schools and trusts of a school user, given and ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import posts as actions
from mainstay.service.directory.forms import PostForm
from mainstay.service.directory.models import SchoolPost


@require_http_methods(["GET", "HEAD", "POST"])
@needs("invite_users")
def posts(request: SignedIn, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = PostForm(request.POST or None, user=request.user, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(user=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person.name} works there from the day you gave.")
            return redirect("user_posts", pk=pk)
    shown = {
        "person": person,
        "form": form,
        "rows": _rows(person),
        "may_change": person.pk != request.user.pk,
    }
    return render(request, "directory/posts.jinja", shown, status=400 if form.errors else 200)


def _rows(person: User) -> list[dict[str, Any]]:
    """Every post ever held, the latest first."""
    today = timezone.localdate()
    held = SchoolPost.objects.filter(user=person).select_related("school", "trust").order_by("-since", "-pk")
    return [
        {
            "pk": post.pk,
            "place": actions.words(post),
            "since": post.since,
            "until": post.until,
            "open": post.until is None or post.until >= today,
        }
        for post in held
    ]


@require_POST
@needs("invite_users")
def end(request: SignedIn, pk: int, post: int) -> HttpResponse:
    held = get_object_or_404(SchoolPost.objects.select_related("user"), pk=post, user=pk)
    try:
        actions.end(post=held, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The post was ended.")
    return redirect("user_posts", pk=pk)
