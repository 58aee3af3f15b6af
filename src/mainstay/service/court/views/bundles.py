"""A bundle: what is in it and what is missing, papers added and made, issued, withdrawn, served."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.law.clock import BeyondTable
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import typed
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import short_date
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.common.uploads.store import file_response
from mainstay.service.court import expected, making, opening, servable
from mainstay.service.court.actions import bundles as actions
from mainstay.service.court.forms_bundles import (
    AddForm,
    ChronologyForm,
    FamilyForm,
    IssueForm,
    LeaveOutForm,
    PrintoutForm,
    ServeForm,
    UploadForm,
    WithdrawForm,
)
from mainstay.service.court.models import Bundle, Prosecution, WitnessStatement
from mainstay.service.court.queries import bundles as shown
from mainstay.service.documents.bundling import Refused
from mainstay.service.documents.manifest import canonical
from mainstay.service.record import frame

View = Callable[..., HttpResponseBase]
BOTH: Final = ["GET", "HEAD", "POST"]


def of_bundle(page: str) -> Callable[[View], View]:
    """As ``opening.of_prosecution``, by the key of a bundle."""

    def decorate(view: View) -> View:
        @wraps(view)
        def found(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            bundle = get_object_or_404(Bundle.objects.visible_to(request.user), pk=pk)

            def with_bundle(request: SignedIn, one: Prosecution, **more: Any) -> HttpResponseBase:
                bundle.prosecution = one
                return view(request, bundle, **more)

            return opening.of_prosecution(page)(with_bundle)(request, pk=bundle.prosecution_id, **more)

        return found

    return decorate


def done(request: SignedIn, act: Callable[[], Any], words: str, form: forms.Form | None = None) -> bool:
    """Whether the step was taken; refused, it is said in the form or above the page."""
    try:
        act()
    except (StepRefused, FileRefused, Refused, BeyondTable) as refusal:
        said = str(refusal)
        said = said[:1].upper() + said[1:]
        if form is not None:
            form.add_error(None, said)
        else:
            messages.error(request, said)
        return False
    messages.success(request, words, extra_tags=request.path)
    return True


def moment(request: SignedIn) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}


@require_http_methods(BOTH)
@needs("test_prosecution")
@opening.of_prosecution("bundle")
def begin(request: SignedIn, one: Prosecution) -> HttpResponse:
    form, made = forms.Form(typed(request)), []
    if form.is_valid() and done(
        request, lambda: made.append(actions.begin(prosecution_id=one.pk, **moment(request))),
        "The bundle is begun: add its papers.", form,
    ):  # fmt: skip
        return redirect("bundle", pk=made[0].pk)
    context = {
        "one": one, "child": frame.identity(one.case.pupil, request.user), "form": form, "heading": "Begin the bundle of evidence",
        "button": "Begin it", "words": "You then see which papers it should hold, and who owes what is missing.",
    }  # fmt: skip
    return render(request, "court/evidence/ask.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("see_prosecutions")
@of_bundle("bundle")
def bundle(request: SignedIn, one: Bundle) -> HttpResponse:
    return page(request, one)


def page(request: SignedIn, one: Bundle, **bound: forms.Form) -> HttpResponse:
    """bound: forms that were wrong."""
    user = request.user
    writes = user.may("test_prosecution") and one.state == Bundle.State.DRAFT
    issues = user.may("prosecute")
    items = expected.items_of(one)
    found = expected.papers(one.prosecution, one, items) if one.state == Bundle.State.DRAFT else []
    context = {
        "bundle": one,
        "one": one.prosecution,
        "child": frame.identity(one.prosecution.case.pupil, user),
        "colour": shown.COLOURS[one.state],
        "writes": writes,
        "expected": shown.expected_rows(one, found, items) if found else [],
        "items": shown.item_rows(items),
        "missing": actions.missing_to_issue(one, user, items, found) if writes else [],
        "issue_form": bound.get("issue", IssueForm()) if writes and issues else None,
        "withdraw_form": bound.get("withdraw", WithdrawForm())
        if issues and one.state == Bundle.State.ISSUED
        else None,
        "serve_form": bound.get("serve", ServeForm())
        if issues and one.state == Bundle.State.ISSUED
        else None,
        "services": shown.services(one),
        "versions": list(Bundle.objects.filter(prosecution=one.prosecution_id))
        if one.version > 1 or one.withdrawn_at
        else [],
        "forms": list(bound.values()),
    }
    return render(request, "court/bundle/page.jinja", context, status=400 if bound else 200)


@require_http_methods(BOTH)
@needs("test_prosecution")
@of_bundle("bundle papers")
def add(request: SignedIn, one: Bundle) -> HttpResponse:
    offered = servable.offered(one.prosecution, request.user)
    choices = [(p.key, f"{p.title}, {short_date(timezone.localdate(p.at))}. {p.kind}") for p in offered]
    form = AddForm(typed(request), produced=_producers(one), choices=choices)
    if form.is_valid() and done(
        request,
        lambda: actions.add_document(
            bundle_id=one.pk, key=form.cleaned_data["key"], witness=form.producer, **moment(request)
        ),
        "The paper is in the bundle.",
        form,
    ):
        return redirect("bundle", pk=one.pk)
    return _form(request, one, form, "add", offered=offered)


@require_http_methods(BOTH)
@needs("test_prosecution")
@of_bundle("bundle papers")
def upload(request: SignedIn, one: Bundle) -> HttpResponse:
    form = UploadForm(typed(request), request.FILES or None, produced=_producers(one))
    if form.is_valid():
        said = form.cleaned_data
        more = {
            "file": said["file"],
            "title": said["title"],
            "description": said["description"],
            "witness": form.producer,
        }
        if done(
            request,
            lambda: actions.upload(bundle_id=one.pk, **more, **moment(request)),
            "The paper is in the bundle.",
            form,
        ):
            return redirect("bundle", pk=one.pk)
    return _form(request, one, form, "upload")


@require_http_methods(BOTH)
@needs("test_prosecution")
@of_bundle("bundle papers")
def make(request: SignedIn, one: Bundle, what: str) -> HttpResponse:
    """A paper made here: its form, or at once where nothing is asked."""
    if what not in making.MAKERS:
        raise Http404
    form = _maker_form(request, one, what)
    if form is None and request.method != "POST":
        return redirect("bundle", pk=one.pk)
    if form is None or form.is_valid():
        said = form.cleaned_data if form is not None else {}
        act = lambda: actions.add_made(bundle_id=one.pk, what=what, said=said, **moment(request))  # noqa: E731
        if done(request, act, "The paper is made and in the bundle.", form) or form is None:
            return redirect("bundle", pk=one.pk)
    return _form(request, one, form, "make", what=what, heading=making.MAKERS[what][1])


@require_POST
@needs("test_prosecution")
@of_bundle("bundle papers")
def take(request: SignedIn, one: Bundle, what: str) -> HttpResponse:
    """What is ready elsewhere: the charge, the certificates, a statement ("statement-12"), the costs."""
    kind, _, key = what.partition("-")
    ways: dict[str, Callable[[], Any]] = {
        "charge": lambda: actions.add_charge(bundle_id=one.pk, **moment(request)),
        "certificate": lambda: actions.add_certificate(bundle_id=one.pk, **moment(request)),
        "costs": lambda: actions.add_costs(bundle_id=one.pk, **moment(request)),
        "statement": lambda: actions.add_statement(
            bundle_id=one.pk,
            statement_id=int(key) if key.isdecimal() and len(key) < 19 else 0,
            **moment(request),
        ),
    }
    if kind not in ways:
        raise Http404
    done(request, ways[kind], "It is in the bundle.")
    return redirect("bundle", pk=one.pk)


@require_http_methods(BOTH)
@needs("test_prosecution")
@of_bundle("bundle papers")
def leave_out(request: SignedIn, one: Bundle) -> HttpResponse:
    """Every paper that is missing or left out, with its reason."""
    may = [
        each
        for each in expected.papers(one.prosecution, one)
        if each.state != expected.IN and each.key not in expected.NEEDED
    ]
    form = LeaveOutForm(typed(request) if request.method == "POST" else None, papers=may)
    if form.is_bound and form.is_valid():
        act = lambda: actions.leave_out(bundle_id=one.pk, because=form.cleaned_data, **moment(request))  # noqa: E731
        if done(request, act, "It is noted.", form):
            return redirect("bundle", pk=one.pk)
    return _form(request, one, form, "leave_out")


@require_safe
@needs("test_prosecution")
@of_bundle("bundle preview")
def preview(request: SignedIn, one: Bundle) -> HttpResponseBase:
    """The draft as one PDF, to be read; nothing is kept."""
    if not one.items.exists():
        messages.error(request, "The bundle has no papers yet.")
        return redirect("bundle", pk=one.pk)
    try:
        with making.drafted(one) as made:
            content = made.path.open("rb")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("bundle", pk=one.pk)
    response = FileResponse(
        content, as_attachment=True, filename=f"bundle-draft-{one.pk}.pdf", content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("prosecute")
@of_bundle("bundle issue")
def issue(request: SignedIn, one: Bundle) -> HttpResponse:
    form = IssueForm(request.POST)
    if form.is_valid() and done(
        request, lambda: actions.issue(bundle_id=one.pk, **form.cleaned_data, **moment(request)),
        "The bundle is issued and sealed. Serve it on the defendant and send it to the court.", form,
    ):  # fmt: skip
        return redirect("bundle", pk=one.pk)
    return page(request, one, issue=form)


@require_POST
@needs("prosecute")
@of_bundle("bundle withdraw")
def withdraw(request: SignedIn, one: Bundle) -> HttpResponse:
    form, made = WithdrawForm(request.POST), []
    if form.is_valid() and done(
        request, lambda: made.append(actions.withdraw(bundle_id=one.pk, **form.cleaned_data, **moment(request))),
        "The bundle is withdrawn. Its papers lie in this new version: change it, issue it and serve it anew.", form,
    ):  # fmt: skip
        return redirect("bundle", pk=made[0].pk)
    return page(request, one, withdraw=form)


@require_POST
@needs("prosecute")
@of_bundle("bundle service")
def serve(request: SignedIn, one: Bundle) -> HttpResponse:
    form = ServeForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: actions.serve(bundle_id=one.pk, **form.cleaned_data, **moment(request)),
        "It is recorded.",
        form,
    ):
        return redirect("bundle", pk=one.pk)
    return page(request, one, serve=form)


@require_safe
@needs("see_prosecutions")
@of_bundle("bundle")
def file(request: SignedIn, one: Bundle) -> HttpResponseBase:
    """The bundle as it was issued; its name tells nothing about the family."""
    if one.document is None:
        raise Http404
    return file_response(one.document.file, f"bundle-{one.prosecution.number}-{one.version}.pdf")


@require_safe
@needs("see_prosecutions")
@of_bundle("bundle manifest")
def manifest(request: SignedIn, one: Bundle) -> HttpResponse:
    """As it was signed, byte for byte: ``mainstay evidence verify`` takes it beside the bundle."""
    if one.manifest is None:
        raise Http404
    response = HttpResponse(canonical(one.manifest), content_type="application/json")
    response["Content-Disposition"] = (
        f'attachment; filename="bundle-{one.prosecution.number}-{one.version}.json"'
    )
    return response


def _producers(one: Bundle) -> Any:
    return WitnessStatement.objects.standing().filter(prosecution=one.prosecution).select_related("witness")


def _maker_form(request: SignedIn, one: Bundle, what: str) -> forms.Form | None:
    data, prosecution = typed(request), one.prosecution
    if what == "chronology":
        entries = servable.chronology(prosecution, request.user)
        first = min(timezone.localdate(prosecution.case.opened_at), prosecution.offence_from)
        choices = [
            (e.pk, f"{short_date(timezone.localdate(e.at))}: {making.entry_words(e)}"[:300])
            for e in servable.between(entries, first, prosecution.offence_to)
        ]
        return ChronologyForm(data, choices=choices)
    if what == "family":
        return FamilyForm(data)
    if what == "printout":
        return PrintoutForm(data, initial=making.printout_days(prosecution))
    return None


def _form(
    request: SignedIn, one: Bundle, form: forms.Form | None, template: str, **more: Any
) -> HttpResponse:
    bad = form is not None and form.is_bound
    context = {
        "bundle": one,
        "child": frame.identity(one.prosecution.case.pupil, request.user),
        "form": form,
        **more,
    }
    return render(request, f"court/bundle/{template}.jinja", context, status=400 if bad else 200)
