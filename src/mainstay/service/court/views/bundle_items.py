"""One paper of a bundle: its name, place, what its pages show, and what is taken out of them."""

from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui import params
from mainstay.service.common.uploads.store import file_response
from mainstay.service.court import making
from mainstay.service.court.actions import bundles as actions
from mainstay.service.court.forms_bundles import ItemForm, MoveForm, RedactForm
from mainstay.service.court.models import Bundle, BundleItem
from mainstay.service.court.views.bundles import BOTH, View, done, moment, of_bundle
from mainstay.service.record import frame

#: two forms of this page have a description
OF_AREA = "area_%s"


def of_item(view: View) -> View:
    """By the key of a paper: the view gets it with its bundle."""

    @wraps(view)
    def found(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
        seen = Bundle.objects.visible_to(request.user).values("pk")
        rows = BundleItem.objects.filter(bundle__in=seen).select_related("document__file", "file", "witness")
        item = get_object_or_404(rows, pk=pk)

        def with_item(request: SignedIn, bundle: Bundle, **more: Any) -> HttpResponseBase:
            item.bundle = bundle
            return view(request, item, **more)

        return of_bundle("bundle paper")(with_item)(request, pk=item.bundle_id, **more)

    return found


@require_http_methods(BOTH)
@needs("test_prosecution")
@of_item
def item(request: SignedIn, one: BundleItem) -> HttpResponse:
    initial = {"title": one.title, "description": one.description}
    form = ItemForm(request.POST) if request.method == "POST" else ItemForm(initial=initial)
    if form.is_bound and form.is_valid():
        act = lambda: actions.change(item_id=one.pk, **form.cleaned_data, **moment(request))  # noqa: E731
        if done(request, act, "It is kept.", form):
            return redirect("bundle_item", pk=one.pk)
    return _page(request, one, change=form)


@require_POST
@needs("test_prosecution")
@of_item
def move(request: SignedIn, one: BundleItem) -> HttpResponse:
    form = MoveForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: actions.move(item_id=one.pk, to=form.cleaned_data["to"], **moment(request)),
        "It is moved.",
        form,
    ):
        return redirect("bundle", pk=one.bundle_id)
    return _page(request, one, move=form)


@require_POST
@needs("test_prosecution")
@of_item
def remove(request: SignedIn, one: BundleItem) -> HttpResponse:
    if done(request, lambda: actions.remove(item_id=one.pk, **moment(request)), "It is taken out."):
        return redirect("bundle", pk=one.bundle_id)
    return redirect("bundle_item", pk=one.pk)


@require_POST
@needs("test_prosecution")
@of_item
def redact(request: SignedIn, one: BundleItem) -> HttpResponse:
    form = RedactForm(request.POST, auto_id=OF_AREA)
    if form.is_valid():
        more = {"area": form.area, "description": form.cleaned_data["description"]}
        if done(
            request,
            lambda: actions.redact(item_id=one.pk, **more, **moment(request)),
            "It is taken out of the page.",
            form,
        ):
            return redirect("bundle_item", pk=one.pk)
    return _page(request, one, redact=form)


@require_POST
@needs("test_prosecution")
@of_item
def unredact(request: SignedIn, one: BundleItem, number: int) -> HttpResponse:
    done(
        request,
        lambda: actions.unredact(item_id=one.pk, number=number, **moment(request)),
        "The area is shown again.",
    )
    return redirect("bundle_item", pk=one.pk)


@require_safe
@needs("test_prosecution")
@of_item
def picture(request: SignedIn, one: BundleItem, number: int) -> HttpResponse:
    """One page as a picture, as it would be served."""
    if not 1 <= number <= making.pages_of(one):
        raise Http404
    response = HttpResponse(making.picture(one, number), content_type="image/png")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs("test_prosecution")
@of_item
def file(request: SignedIn, one: BundleItem) -> HttpResponseBase:
    stored = one.document.file if one.document else one.file
    assert stored is not None
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[stored.media_type]
    return file_response(stored, f"paper-{one.pk}.{ending}")


def _page(request: SignedIn, one: BundleItem, **bound: forms.Form) -> HttpResponse:
    pages = making.pages_of(one)
    page = min(max(params.number(request.GET.get("page")) or 1, 1), pages)
    writes = one.bundle.state == Bundle.State.DRAFT
    context = {
        "item": one,
        "child": frame.identity(one.bundle.prosecution.case.pupil, request.user),
        "pages": pages,
        "page": page,
        "writes": writes,
        "change": bound.get("change")
        or ItemForm(initial={"title": one.title, "description": one.description}),
        "move": bound.get("move") or MoveForm(initial={"to": one.order}),
        "redact": bound.get("redact")
        or RedactForm(initial={"page": page, "description": one.description}, auto_id=OF_AREA),
        "forms": [form for form in bound.values() if form.is_bound],
    }
    bad = any(form.is_bound for form in bound.values())
    return render(request, "court/bundle/item.jinja", context, status=400 if bad else 200)
