"""Changing what is known of a child's family, and restricting the record."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import family
from mainstay.service.directory.models import Address, Parent, Parenthood, Pupil
from mainstay.service.record import access, frame
from mainstay.service.record.family_forms import HomeForm, ParentForm, RestrictForm

either = require_http_methods(["GET", "HEAD", "POST"])


def _answer(
    request: SignedIn,
    pupil: Pupil,
    form: forms.BaseForm,
    save: Callable[[], Any],
    *,
    said: str,
    **words: str,
) -> HttpResponse:
    """The form, or back to the people once it is saved; what was typed stays when it is refused.

    words: heading, intro and the text of the button.
    """
    if form.is_valid():
        try:
            save()
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("pupil_people", pk=pupil.pk)
    shown = {**frame.page(pupil, request.user, "people"), "form": form, **words}
    return render(request, "record/family.jinja", shown, status=400 if form.is_bound else 200)


def _typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


@either
@needs("edit_people")
@access.opened("family")
def add_parent(request: SignedIn, pupil: Pupil) -> HttpResponse:
    form = ParentForm(_typed(request))
    return _answer(
        request,
        pupil,
        form,
        lambda: family.add_parent(
            pupil=pupil,
            source=form.cleaned_data["source"],
            by=request.user,
            at=timezone.now(),
            **form.values(),
        ),
        said="The parent or carer is added.",
        heading="Add a parent or carer",
        intro="One we know already, of this name and with this telephone number or e-mail, is taken for the same.",
        button="Add the parent or carer",
    )


@either
@needs("edit_people")
@access.opened("family")
def edit_parent(request: SignedIn, pupil: Pupil, parent: int) -> HttpResponse:
    tie = get_object_or_404(Parenthood.objects.select_related("parent"), pupil=pupil, parent=parent)
    name, form = tie.parent.name, ParentForm(_typed(request), tie=tie)
    return _answer(
        request,
        pupil,
        form,
        lambda: family.edit_parent(
            tie=tie, source=form.cleaned_data["source"], by=request.user, at=timezone.now(), **form.values()
        ),
        said="The change is kept, with where it is from.",
        heading=f"Change {name}",
        intro="Names, telephone, e-mail and language are the same for all children of this parent.",
        button="Save the changes",
    )


@either
@needs("edit_people")
@access.opened("family")
def home(request: SignedIn, pupil: Pupil, parent: int | None = None) -> HttpResponse:
    of: Pupil | Parent = pupil
    if parent is not None:
        of = get_object_or_404(Parent, pk=parent, parenthoods__pupil=pupil)
    whose = {"parent" if parent else "pupil": of}
    present = Address.objects.filter(**whose, until=None, confidential=True).exists()
    form = HomeForm(_typed(request), initial={"confidential": present})

    def save() -> None:
        typed = dict(form.cleaned_data)
        typed["since"] = typed["since"] or timezone.localdate()
        family.set_home(of=of, by=request.user, at=timezone.now(), **typed)

    return _answer(
        request,
        pupil,
        form,
        save,
        said="The address is kept, with where it is from.",
        heading=f"New address of {of.name}",
        intro="The present address ends the day before and stays among the earlier ones.",
        button="Save the address",
    )


@either
@needs("restrict_records")
@access.opened("family")
def restrict(request: SignedIn, pupil: Pupil) -> HttpResponse:
    form, lift = RestrictForm(_typed(request)), pupil.restricted
    return _answer(
        request,
        pupil,
        form,
        lambda: family.restrict(
            pupil=pupil,
            restricted=not lift,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        ),
        said="The restriction is lifted." if lift else "The record is restricted.",
        heading="Lift the restriction" if lift else "Restrict this record",
        intro="Lists and search show the name again, and opening the record asks for no reason."
        if lift
        else "Lists and search show initials only, and everybody gives a reason before the record opens.",
        button="Lift the restriction" if lift else "Restrict the record",
    )
