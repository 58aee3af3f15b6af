"""On the street: a child is met, looked up, checked with the school, and what was done."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.filters import date_time, short_date
from mainstay.service.directory.models import Pupil, School
from mainstay.service.patrols.actions import following, meeting
from mainstay.service.patrols.forms import (
    CheckForm,
    ConcludeForm,
    FollowForm,
    IdentifyForm,
    ListedForm,
    LookUpForm,
    MeetForm,
    moment,
)
from mainstay.service.patrols.models import Encounter, Patrol
from mainstay.service.patrols.queries import looking_up
from mainstay.service.patrols.queries.patrols import FOUND, named
from mainstay.service.patrols.views.filling import filled, taken, typed
from mainstay.service.patrols.views.patrols import METHODS
from mainstay.service.record import access

NO_POWER: Final = (
    "Nobody of the service holds a child, or makes them give a name or address. Only a constable, or a community support "
    "officer designated for it, may take a child along."
)


def schools() -> Any:
    """Of the city, for a name on the street: no more of them is shown."""
    return School.objects.filter(closed_on=None).order_by("key")


def opened(request: SignedIn, pk: int) -> Encounter:
    """The encounter; 404 unless it is in view. Reading about a known child is logged."""
    rows = Encounter.objects.visible_to(request.user).order_by().values("pk")
    found = Encounter.objects.select_related(
        "patrol__direction", "pupil", "school", "logged_by", "checked_by", "followed_by"
    )
    one: Encounter = get_object_or_404(found.filter(pk__in=rows), pk=pk)
    if one.pupil is not None and request.method != "POST":
        access.log_read(request, one.pupil, page="patrol encounter")
    return one


def _form(
    request: SignedIn, one: Encounter, form: Any, heading: str, button: str, **more: Any
) -> HttpResponse:
    context = {
        "form": form, "heading": heading, "caption": f"{one.label}, {named(one)}", "button": button,
        "back": ("patrol_encounter", "Back", (one.pk,)), **more,
    }  # fmt: skip
    return render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(METHODS)
@needs("log_patrol")
def meet(request: SignedIn, pk: int) -> HttpResponse:
    patrol = get_object_or_404(Patrol.objects.visible_to(request.user), pk=pk)
    now = timezone.localtime()
    last = patrol.encounters.order_by("-number").values_list("where", flat=True).first()
    form = MeetForm(typed(request), schools=schools(), initial={"hour": now.time(), "where": last or ""})
    made: list[Encounter] = []

    def act() -> None:
        said = dict(form.cleaned_data)
        on = timezone.localdate(patrol.starts)
        at_time = moment(on, said.pop("hour"))
        said["with_parent"] = said["with_parent"] == "yes"
        made.append(meeting.meet(patrol_id=pk, at_time=at_time, by=request.user, at=timezone.now(), **said))

    if filled(request, form, act, "Written down.", "patrol", pk) is not None:
        return redirect("patrol_encounter", made[0].pk)
    context = {
        "form": form, "heading": "A child is met", "caption": patrol.number, "button": "Write it down",
        "back": ("patrol", "Back to the patrol", (pk,)), "notes": [NO_POWER],
    }  # fmt: skip
    return render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("see_patrols")
def encounter(request: SignedIn, pk: int) -> HttpResponse:
    one, user = opened(request, pk), request.user
    open_ = one.patrol.state in (Patrol.State.OUT, Patrol.State.BACK) and one.forgotten_at is None
    ehe = one.status == Encounter.Status.EHE
    context = {
        "one": one,
        "name": named(one),
        "facts": _facts(one),
        "colour": FOUND.get(one.finding, "grey"),
        "no_power": NO_POWER,
        "logs": open_ and user.may("log_patrol"),
        "follows": open_ and user.may("follow_patrol"),
        "ehe": ehe,
        "to_follow": one.finding == Encounter.Finding.WITHOUT and one.followed_at is None,
        "may_open_child": one.pupil is not None and user.may("see_service_entries"),
    }
    return render(request, "patrols/encounter.jinja", context)


def _school(one: Encounter) -> str:
    if one.school is None:
        return "Not known, or none"
    return ", ".join(filter(None, (one.school.name, one.school.phone)))


def _facts(one: Encounter) -> list[dict[str, Any]]:
    said = [
        {"key": "Met", "value": f"{date_time(one.at)}{f', {one.where}' if one.where else ''}"},
        {"key": "Date of birth", "value": short_date(one.born_on) if one.born_on else "Not given"},
        {"key": "School", "value": _school(one)},
        {"key": "With a parent or carer", "value": "Yes" if one.with_parent else "No"},
        {"key": "They say", "value": f"{one.get_status_display()}{f': {one.reason}' if one.reason else ''}"},
    ]
    if one.checked_at:
        who = f" ({one.checked_with})" if one.checked_with else ""
        code = f", code {one.code}" if one.code else ""
        answer = one.get_listed_display() if one.listed else f"{one.get_finding_display()}{code}"
        said.append({"key": "Check", "value": f"{answer}{who}, {date_time(one.checked_at)}"})
    elif one.asked_at:
        said.append(
            {"key": "Check", "value": f"The school was asked {date_time(one.asked_at)}; no answer yet"}
        )
    if one.outcome:
        by = f", by {one.constable}" if one.constable else ""
        said += [
            {"key": "Done", "value": f"{one.get_outcome_display()}{by}"},
            {"key": "Parent told", "value": one.get_informed_display()},
        ]
    if one.safeguarding:
        said.append({"key": "Safeguarding referral", "value": one.safeguarding})
    if one.followed_at:
        who = one.followed_by.name if one.followed_by else ""
        said.append({"key": "Followed up", "value": f"{one.followed} ({who}, {date_time(one.followed_at)})"})
    return said


@sensitive_post_parameters()
@require_http_methods(METHODS)
@needs("log_patrol")
def identify(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    names = ("forename", "surname", "born_on", "school", "status", "reason")
    form = IdentifyForm(
        typed(request), schools=schools(), initial={name: getattr(one, name) for name in names}
    )

    def act() -> None:
        meeting.identify(encounter_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "Changed.", "patrol_encounter", pk)
    return response or _form(request, one, form, "Who it is", "Save", notes=[NO_POWER])


@sensitive_post_parameters()
@require_http_methods(METHODS)
@needs("follow_patrol")
def look_up(request: SignedIn, pk: int) -> HttpResponse:
    """By POST, so that no name stands in an address; every child shown is in the log of who read what."""
    one = opened(request, pk)
    form = LookUpForm(
        typed(request), initial={"forename": one.forename, "surname": one.surname, "born_on": one.born_on}
    )
    found = None
    if form.is_valid():
        found = looking_up.find(request.user, at=timezone.now(), **form.cleaned_data)
        access.log_reads(request, [known.pupil.pk for known in found], page="patrol look-up")
    context = {"form": form, "one": one, "found": found}
    return render(request, "patrols/look_up.jinja", context, status=400 if form.errors else 200)


@require_POST
@needs("follow_patrol")
def recognise(request: SignedIn, pk: int, pupil: int) -> HttpResponse:
    opened(request, pk)
    child = get_object_or_404(Pupil.objects.visible_to(request.user), pk=pupil)

    def act() -> None:
        meeting.recognise(encounter_id=pk, pupil=child, by=request.user, at=timezone.now())

    return taken(request, act, "The child is known now.", "patrol_encounter", pk)


@require_POST
@needs("follow_patrol")
def ask(request: SignedIn, pk: int) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        following.ask_school(encounter_id=pk, by=request.user, at=timezone.now())

    return taken(
        request, act, "The school is asked: it sees the question on its own page.", "patrol_encounter", pk
    )


@require_http_methods(METHODS)
@needs("follow_patrol")
def check(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = CheckForm(typed(request))

    def act() -> None:
        following.check(encounter_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "The school’s answer is written down.", "patrol_encounter", pk)
    phone = one.school.phone if one.school else ""
    notes = [
        f"Telephone of {one.school.name}: {phone}" if phone and one.school else "Ask the school’s office."
    ]
    return response or _form(request, one, form, "What the school says", "Write it down", notes=notes)


@require_http_methods(METHODS)
@needs("follow_patrol")
def look_at_list(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = ListedForm(typed(request))

    def act() -> None:
        following.look_at_list(
            encounter_id=pk, listed=form.cleaned_data["listed"], by=request.user, at=timezone.now()
        )

    response = filled(request, form, act, "Written down.", "patrol_encounter", pk)
    notes = [
        "Education at home is lawful. Nothing else follows from it: no school is asked, and nobody is taken anywhere."
    ]
    return response or _form(
        request, one, form, "The list of children educated at home", "Write it down", notes=notes
    )


@require_http_methods(METHODS)
@needs("log_patrol")
def conclude(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = ConcludeForm(typed(request), of=one, refused=meeting.refused)

    def act() -> None:
        meeting.conclude(encounter_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    response = filled(request, form, act, "Written down.", "patrol", one.patrol_id)
    notes = [words] if (words := meeting.refused(one, Encounter.Outcome.RETURNED)) else [NO_POWER]
    return response or _form(request, one, form, "What was done", "Write it down", notes=notes)


@require_http_methods(METHODS)
@needs("follow_patrol")
def follow(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = FollowForm(typed(request))

    def act() -> None:
        following.follow(encounter_id=pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    response = filled(request, form, act, "Followed up.", "patrol_encounter", pk)
    return response or _form(request, one, form, "Follow up the same day", "It is followed up")
