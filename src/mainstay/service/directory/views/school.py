"""One school: details, URN history, contacts, link officer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.directory import school_actions
from mainstay.service.directory.forms import ContactForm, LinkOfficerForm, SchoolForm
from mainstay.service.directory.models import LinkOfficer, School, SchoolContact, SchoolUrn
from mainstay.service.directory.relations import link_officer
from mainstay.service.directory.school_page import tabs_of


def found(request: SignedIn, pk: int) -> School:
    """The school, if it is in this person's view; else 404."""
    return get_object_or_404(School.objects.visible_to(request.user).select_related("trust"), pk=pk)


@require_safe
@needs("see_schools")
def details(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, found(request, pk))


def _page(request: SignedIn, school: School, **forms: Any) -> HttpResponse:
    may_edit = request.user.may("edit_schools")
    officers = LinkOfficer.objects.filter(school=school).select_related("officer").order_by("-since", "-pk")
    bound = any(form.is_bound for form in forms.values())
    return render(
        request,
        "directory/school.jinja",
        {
            "school": school,
            "tabs": tabs_of(school, request.user, "details"),
            "rows": _rows(school, link_officer(school, timezone.localdate())),
            "urns": list(SchoolUrn.objects.filter(school=school).order_by("-since", "-pk").values()),
            "contacts": list(SchoolContact.objects.filter(school=school).order_by("name")),
            "officers": list(officers),
            "may_edit": may_edit,
            "contact_form": forms.get("contact_form") or ContactForm(),
            "officer_form": forms.get("officer_form")
            or (LinkOfficerForm(initial={"since": timezone.localdate()}) if may_edit else None),
            "pupils_href": f"{reverse('pupils')}?school={school.pk}"
            if request.user.may("see_pupils")
            else "",
        },
        status=400 if bound else 200,
    )


def _rows(school: School, officer: User | None) -> list[dict[str, Any]]:
    ages = f"{school.lowest_age} to {school.highest_age}" if school.highest_age else ""
    return [
        {"key": "Phase", "value": school.get_phase_display()},
        {"key": "Type", "value": school.kind},
        {"key": "URN", "value": school.urn},
        {"key": "LA and establishment number", "value": school.laestab},
        {"key": "Trust", "value": school.trust.name if school.trust else "Maintained by the council"},
        {"key": "Ages", "value": ages},
        {"key": "Head teacher", "value": school.head},
        {"key": "Telephone", "value": school.phone},
        {"key": "Address", "value": ", ".join(filter(None, (school.address, school.postcode)))},
        {"key": "Link officer", "value": officer.name if officer else "Nobody yet"},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_schools")
def edit(request: SignedIn, pk: int) -> HttpResponse:
    school = found(request, pk)
    form = SchoolForm(request.POST if request.method == "POST" else None, instance=school)
    if form.is_valid():
        school_actions.edit_school(school=school, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "The school's details are changed.")
        return redirect("school", pk=pk)
    return render(
        request,
        "directory/school_edit.jinja",
        {"school": school, "form": form},
        status=400 if form.is_bound else 200,
    )


@require_POST
@needs("edit_schools")
def add_contact(request: SignedIn, pk: int) -> HttpResponse:
    school = found(request, pk)
    form = ContactForm(request.POST)
    if form.is_valid():
        school_actions.add_contact(school=school, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "The contact is added.")
        return redirect("school", pk=pk)
    return _page(request, school, contact_form=form)


@require_POST
@needs("edit_schools")
def remove_contact(request: SignedIn, pk: int) -> HttpResponse:
    school = found(request, pk)
    wanted = params.number(request.POST.get("contact"))
    contact = get_object_or_404(SchoolContact, school=school, pk=wanted)
    school_actions.remove_contact(contact=contact, by=request.user, at=timezone.now())
    messages.success(request, "The contact is removed.")
    return redirect("school", pk=pk)


@require_POST
@needs("edit_schools")
def name_link_officer(request: SignedIn, pk: int) -> HttpResponse:
    school = found(request, pk)
    form = LinkOfficerForm(request.POST)
    if form.is_valid():
        try:
            school_actions.name_link_officer(
                school=school, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The link officer is named.")
            return redirect("school", pk=pk)
    return _page(request, school, officer_form=form)
