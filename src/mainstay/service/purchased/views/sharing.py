"""The library and what was given of it; pupils who move on, and what the next school reads of them."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import School
from mainstay.service.purchased import forms, papers, places
from mainstay.service.purchased.actions import giving, moving
from mainstay.service.purchased.models import Given, Moving, Template, Version, Work
from mainstay.service.purchased.views.opening import METHODS, form_page, of_work
from mainstay.service.record import access


@require_safe
@needs("see_purchased")
def library(request: SignedIn) -> HttpResponse:
    """Every template with its versions; a school also sees what it was given."""
    user = request.user
    given = Given.objects.filter(work__in=Work.objects.visible_to(user).order_by().values("pk"))
    context = {
        "places": places.tabs(user, "purchased_library"),
        "templates": list(Template.objects.prefetch_related("versions")),
        "given": list(given.select_related("version__template", "work__school").order_by("-on", "-pk")[:50]),
        "edits": user.may("edit_purchased_values"),
        "of_school": user.is_school_user,
    }
    return render(request, "purchased/library.jinja", context)


@require_http_methods(METHODS)
@needs("edit_purchased_values")
def template_new(request: SignedIn) -> HttpResponse:
    return _version(request, None)


@require_http_methods(METHODS)
@needs("edit_purchased_values")
def template(request: SignedIn, pk: int) -> HttpResponse:
    """Its next version, beginning with the words of the last."""
    return _version(request, get_object_or_404(Template.objects.prefetch_related("versions"), pk=pk))


def _version(request: SignedIn, of: Template | None) -> HttpResponse:
    last: Version | None = of.versions.first() if of else None
    initial = {"since": timezone.localdate(), "text": last.text if last else ""}
    form = (forms.VersionForm if of else forms.TemplateForm)(typed(request), initial=initial)

    def act() -> None:
        said = {"title": "", "kind": "", **form.cleaned_data}
        giving.write_version(template_id=of.pk if of else None, by=request.user, at=timezone.now(), **said)

    done = "The version is in the library. Schools keep the one they were given."
    if (response := filled(request, form, act, done, "purchased_library")) is not None:
        return response
    context = {"form": form, "template": of, "versions": list(of.versions.select_related("by")) if of else []}
    return render(request, "purchased/template.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased documents", "given")
def give(request: SignedIn, one: Work) -> HttpResponse:
    today = timezone.localdate()
    newest: dict[int, Version] = {}
    for version in (
        Version.objects.filter(since__lte=today).select_related("template").order_by("since", "number")
    ):
        newest[version.template_id] = version
    had = {row.version_id for row in one.given.all()}
    choices = [(v.pk, f"{v.template.title}, version {v.number}") for v in newest.values() if v.pk not in had]
    form = forms.GiveForm(typed(request), versions=choices)

    def act() -> None:
        version = form.cleaned_data["version"]
        giving.give(work_id=one.pk, version_id=version, by=request.user, at=timezone.now())

    intro = (
        "The school gets it as a document with version and day."
        if choices
        else "The library has nothing the school does not have yet."
    )
    return form_page(
        request,
        one,
        form,
        act,
        "The school has it.",
        heading="Give the school a document",
        button="Give it",
        intro=intro,
    )


@require_safe
@needs("see_purchased")
def given(request: SignedIn, pk: int) -> HttpResponseBase:
    """The document as the school got it."""
    seen = Work.objects.visible_to(request.user).order_by().values("pk")
    found = Given.objects.filter(work__in=seen).select_related("document__file", "version")
    row = get_object_or_404(found, pk=pk)
    return file_response(row.document.file, papers.filename(row))


@require_http_methods(METHODS)
@needs("see_purchased")
@of_work("purchased move", "moving")
def move(request: SignedIn, one: Work) -> HttpResponse:
    """Where one child moves to; ``?line=`` takes up one that is there."""
    asked = request.GET.get("line", "")
    lines = moving.of_work(one, request.user)
    line = next((each for each in lines if str(each.pk) == asked), None)
    names = ("to_school", "starts_on", "phased", "note")
    initial = {"pupil": line.pupil_id, **{n: getattr(line, n) for n in names}} if line else {}
    schools = School.objects.exclude(pk=one.school_id).order_by("key")
    form = forms.MoveForm(typed(request), children=one.children, schools=schools, initial=initial)  # type: ignore[attr-defined]

    def act() -> None:
        said = form.cleaned_data
        moving.put(
            work_id=one.pk, pupil_id=said["pupil"], by=request.user, at=timezone.now(),
            **{n: said[n] for n in names},
        )  # fmt: skip

    intro = "The next school reads the note once both schools agreed. A change takes the agreements back."
    return form_page(
        request,
        one,
        form,
        act,
        "It is on the list.",
        heading="A child who moves on",
        button="Keep it",
        intro=intro,
    )


@require_POST
@needs("take_part_purchased")
def move_agree(request: SignedIn, pk: int, line: int) -> HttpResponse:
    """The school the child leaves agrees."""
    get_object_or_404(Work.objects.visible_to(request.user).filter(moving=line), pk=pk)
    return taken(
        request,
        lambda: moving.agree_leaving(line_id=line, by=request.user, at=timezone.now()),
        "Your school agreed. The next school is asked.",
        "purchased_work",
        pk,
    )


@require_safe
@needs("take_part_purchased")
def arrivals(request: SignedIn) -> HttpResponse:
    """Children who move to this person's school: before it agreed only that somebody comes, and from where."""
    found = Moving.objects.arriving_at(request.user)
    rows = list(
        found.select_related("pupil", "to_school", "work__school", "next_agreed_by").order_by(
            "-left_agreed_on", "pk"
        )[:200]
    )
    access.log_reads(request, [row.pupil_id for row in rows if row.passed_on], page="transition note")
    context = {"places": places.tabs(request.user, "purchased_arrivals"), "rows": rows}
    return render(request, "purchased/arrivals.jinja", context)


@require_POST
@needs("take_part_purchased")
def arrival_agree(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(Moving.objects.arriving_at(request.user), pk=pk)
    return taken(
        request,
        lambda: moving.agree_arriving(line_id=pk, by=request.user, at=timezone.now()),
        "You can read the note now.",
        "purchased_arrivals",
    )
