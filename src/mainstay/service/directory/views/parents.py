"""One parent or carer: their children in view, where they live, how they may be written to; two records joined."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.forms import MergeParentsForm
from mainstay.service.directory.merging_parents import candidates, merge_parents
from mainstay.service.directory.models import Address, Dated, Parent, Parenthood, Pupil
from mainstay.service.directory.relations import kept_apart
from mainstay.service.directory.searching import visible_parents

RECORD: Final = "Record"


@require_safe
@needs("see_people")
def parent(request: SignedIn, pk: int) -> HttpResponse:
    """404 for a parent none of whose children is in view, or only restricted ones."""
    found = get_object_or_404(Parent.objects.select_related("merged_into"), pk=pk)
    if found.merged_into is not None:
        found = found.merged_into
    ties, children = _children(request, found)
    trail.record(by=request.user, at=timezone.now(), action="parent.read", on=found)
    return render(
        request,
        "directory/parent.jinja",
        {
            "parent": found,
            "children": [
                {
                    "name": child.initials if child.restricted else child.name,
                    "href": reverse("pupil", args=[child.pk]),
                    "school": child.school.name if child.school else "On no roll",
                    "year": child.year_group,
                    "relationship": tie.relationship,
                    "basis": tie.get_basis_display(),
                    "contact": "Allowed" if tie.contact_allowed else "Not allowed",
                }
                for tie in ties
                if (child := children.get(tie.pupil_id)) is not None
            ],
            "addresses": _homes(request, found),
            "may_merge": request.user.may("merge_pupils"),
        },
    )


def _children(request: SignedIn, found: Parent) -> tuple[list[Parenthood], dict[int, Pupil]]:
    """The ties of today and the children in view among them; 404 where none of them may be read."""
    ties = list(Parenthood.objects.filter(Dated.on(timezone.localdate()), parent=found))
    seen = Pupil.objects.present_to(request.user).filter(pk__in=[tie.pupil_id for tie in ties])
    children = {pupil.pk: pupil for pupil in seen.select_related("school")}
    if not any(not child.restricted for child in children.values()):
        raise Http404
    return ties, children


def _homes(request: SignedIn, found: Parent) -> list[dict[str, Any]]:
    """Every address, the newest first; confidential ones as that word where they may not be read."""
    open_ = request.user.may("see_service_entries") and not kept_apart([found.pk])
    return [
        {
            "text": "Confidential"
            if home.confidential and not open_
            else ", ".join(filter(None, [*home.lines.splitlines(), home.postcode])),
            "since": home.since,
            "until": home.until,
        }
        for home in Address.objects.filter(parent=found).order_by("-since", "-pk")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("merge_pupils")
def merge(request: SignedIn, pk: int) -> HttpResponse:
    """Which record may be the same person; then both side by side, and the joining with its reasons."""
    kept = get_object_or_404(Parent, pk=pk, merged_into=None)
    _children(request, kept)
    other = _other(request, kept)
    if other is None:
        return _choose(request, kept)
    trail.record(by=request.user, at=timezone.now(), action="parents.compared", on=kept, other=other.pk)
    ours, theirs = _homes(request, kept), _homes(request, other)
    form = MergeParentsForm(
        request.POST if request.method == "POST" else None, other=other, homes=_present(ours, theirs)
    )
    if form.is_valid():
        try:
            merge_parents(
                kept=kept, other=other, reasons=form.cleaned_data["reasons"], by=request.user, at=timezone.now(),
                home=form.cleaned_data.get("home", ""),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "The two records are one. This is the record that stays."
            messages.success(request, said, extra_tags=request.path)
            return redirect("parent", pk=kept.pk)
    shown = {
        "parent": kept,
        "other": other,
        "rows": _side_by_side(request, (kept, ours), (other, theirs)),
        "form": form,
    }
    return render(request, "directory/parents_merge.jinja", shown, status=400 if form.is_bound else 200)


def _other(request: SignedIn, kept: Parent) -> Parent | None:
    """The second record asked for; 404 where it is joined, the same, or not in view."""
    wanted = params.number(request.POST.get("other") or request.GET.get("other"))
    if wanted is None:
        return None
    other = get_object_or_404(Parent.objects.exclude(pk=kept.pk), pk=wanted, merged_into=None)
    _children(request, other)
    return other


def _choose(request: SignedIn, kept: Parent) -> HttpResponse:
    alike = candidates(kept)
    seen = visible_parents(request.user, [one.pk for one in alike])
    rows = [
        {
            "name": one.name,
            "href": f"{reverse('parents_merge', args=[kept.pk])}?other={one.pk}",
            "why": _alike(kept, one),
            "number": one.pk,
        }
        for one in alike
        if one.pk in seen
    ]
    asked = request.method == "POST"
    shown = {"parent": kept, "rows": rows, "asked": asked}
    return render(request, "directory/parents_alike.jinja", shown, status=400 if asked else 200)


def _alike(kept: Parent, other: Parent) -> str:
    same = [
        words
        for name, words in (("key", "name"), ("phone", "telephone"), ("email", "e-mail"))
        if getattr(kept, name) and getattr(kept, name).casefold() == getattr(other, name).casefold()
    ]
    return f"The same {' and '.join(same)}" if same else "The same surname, and a child in common"


def _present(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> bool:
    """Whether both have a present address and a person has to say which one holds."""
    mine, yours = ([home["text"] for home in homes if home["until"] is None] for homes in (ours, theirs))
    return bool(mine and yours) and (set(mine) != set(yours) or "Confidential" in mine)


def _side_by_side(request: SignedIn, *sides: tuple[Parent, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    left, right = (_facts(request, of, homes) for of, homes in sides)
    return [
        {
            "what": what,
            "left": left[what],
            "right": right[what],
            "differs": what != RECORD and bool(left[what] and right[what] and left[what] != right[what]),
        }
        for what in left
    ]


def _facts(request: SignedIn, of: Parent, homes: list[dict[str, Any]]) -> dict[str, str]:
    ties, children = _children(request, of)
    names = [
        f"{child.listed_name} ({tie.relationship or tie.get_basis_display()})"
        for tie in ties
        if (child := children.get(tie.pupil_id)) is not None
    ]
    return {
        "Title": of.title,
        "Forename": of.forename,
        "Surname": of.surname,
        "Date of birth": short_date(of.date_of_birth) if of.date_of_birth else "",
        "Telephone": of.phone,
        "E-mail": of.email,
        "Language": of.language,
        "Writing safely": of.safe_contact,
        "Lives at": "; ".join(home["text"] for home in homes if home["until"] is None),
        "Lived at": "; ".join(home["text"] for home in homes if home["until"] is not None),
        "Children in your view": "; ".join(sorted(names)),
        RECORD: f"Number {of.pk}",
    }
