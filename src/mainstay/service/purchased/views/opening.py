"""A page about one piece of work: in view, the record of its one child open, the reading logged; and pages with one form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.casework.views.filling import filled
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Work
from mainstay.service.purchased.queries import works as shown
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponseBase]


def of_work(page: str, part: str = "") -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the work, with ``children`` (those this person may see), instead of its key.

    part: one that its form must have. 404 outside the person's view; a restricted record asks for a reason first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            service = get_object_or_404(
                Work.objects.visible_to(request.user).order_by().only("service"), pk=pk
            ).service
            if part and part not in kinds.KINDS[service].parts:
                raise Http404
            work = shown.whole(service).get(pk=pk)
            work.children = shown.shown_children(work, shown.in_view([work], request.user))  # type: ignore[attr-defined]
            reads = request.method in ("GET", "HEAD")
            only = work.children[0] if kinds.of(work).about == kinds.ONE and work.children else None  # type: ignore[attr-defined]
            if only is not None and not access.may_open(request.user, only):
                if not reads:
                    raise Http404
                return redirect(access.ask_reason_url(only, back=request.get_full_path()))
            if reads and work.children:  # type: ignore[attr-defined]
                access.log_reads(request, [child.pk for child in work.children], page=page)  # type: ignore[attr-defined]
            return view(request, work, **more)

        return opened

    return decorate


def identity(request: SignedIn, work: Work) -> Any:
    """The bar of the one child it is about, or None."""
    children: list[Any] = work.children  # type: ignore[attr-defined]
    if kinds.of(work).about != kinds.ONE or not children:
        return None
    return frame.identity(children[0], request.user)


def form_page(
    request: SignedIn,
    work: Work,
    form: forms.Form,
    act: Callable[[], Any],
    done: str,
    *,
    heading: str,
    button: str,
    intro: str = "",
    notes: Any = (),
    template: str = "purchased/form.jinja",
    **more: Any,
) -> HttpResponse:
    """One form about a piece of work; done, it leads to the work's page."""
    if (response := filled(request, form, act, done, "purchased_work", work.pk)) is not None:
        return response
    context = {
        "work": work, "kind": kinds.of(work), "child": identity(request, work), "form": form, "heading": heading, "button": button,
        "intro": intro, "notes": notes, **more,
    }  # fmt: skip
    return render(request, template, context, status=400 if form.is_bound else 200)
