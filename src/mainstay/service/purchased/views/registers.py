"""A register audit, an intervention day, a group: sample, slots, sessions."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import taken, typed
from mainstay.service.documents import rendering
from mainstay.service.purchased import forms, papers, values
from mainstay.service.purchased.actions import auditing, days, groups
from mainstay.service.purchased.models import Session, Slot, Work
from mainstay.service.purchased.views.opening import METHODS, form_page, of_work
from mainstay.service.purchased.views.works import pdf
from mainstay.service.record import access


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased audit", "sample")
def draw(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.DrawForm(typed(request), initial={"number": 20, "absent": True})

    def act() -> None:
        auditing.draw(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = (
        "Weeks of pupils are drawn at random from the school’s register. The number they were drawn with is kept, so that anybody "
        "can draw them again. Restricted records are left out."
    )
    return form_page(
        request,
        one,
        form,
        act,
        "The sample is drawn.",
        heading="Draw a sample",
        button="Draw it",
        intro=intro,
    )


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased audit", "sample")
def check(request: SignedIn, one: Work, place: int) -> HttpResponse:
    row = next((each for each in one.sample.all() if each.place == place), None)
    if row is None or not access.in_view(request.user, row.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, row.pupil_id, page="purchased audit")
    initial = {"finding": row.finding, "evidence": row.evidence, "note": row.note}
    form = forms.CheckForm(typed(request), initial=initial)

    def act() -> None:
        auditing.check(work_id=one.pk, place=place, by=request.user, at=timezone.now(), **form.cleaned_data)

    left = [each.place for each in one.sample.all() if not each.finding and each.place != place]
    return form_page(
        request, one, form, act, f"Week {place} is checked. {len(left)} left.", heading=f"Week {place} of {len(one.sample.all())}",
        button="Keep it", template="purchased/check.jinja", row=row, left=left,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased day", "slots")
def lay_out(request: SignedIn, one: Work) -> HttpResponse:
    minutes = values.in_force(timezone.localdate())["slot_minutes"]
    form = forms.LayOutForm(typed(request), initial={"first": "9:00", "last": "12:00", "minutes": minutes})

    def act() -> None:
        days.lay_out(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    intro = "Once for the morning and once for the afternoon. Slots that are there already stay as they are."
    return form_page(
        request, one, form, act, "The slots are there.", heading="Add slots", button="Add them", intro=intro
    )


def _slot(request: SignedIn, one: Work, pk: int) -> Slot:
    slot = next((each for each in one.slots.all() if each.pk == pk), None)
    if slot is None or (slot.pupil is not None and slot.pupil not in one.children):  # type: ignore[attr-defined]
        raise Http404
    return slot


@require_http_methods(METHODS)
@needs("see_purchased")
@of_work("purchased day", "slots")
def fill(request: SignedIn, one: Work, slot: int) -> HttpResponse:
    row = _slot(request, one, slot)
    children = one.children  # type: ignore[attr-defined]
    form = forms.FillForm(
        typed(request), children=children, initial={"pupil": row.pupil_id, "family": row.family}
    )

    def act() -> None:
        said = form.cleaned_data
        days.fill(
            work_id=one.pk, slot_id=slot, pupil_id=said["pupil"], family=said["family"], by=request.user, at=timezone.now()
        )  # fmt: skip

    intro = "" if children else "Choose the children of the day first, on its page."
    return form_page(
        request,
        one,
        form,
        act,
        "The slot is kept.",
        heading=f"Who comes at {row.at:%H:%M}",
        button="Keep it",
        intro=intro,
    )


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased day", "slots")
def result(request: SignedIn, one: Work, slot: int) -> HttpResponse:
    row = _slot(request, one, slot)
    form = forms.ResultForm(typed(request), initial={"came": row.came, "words": row.result})

    def act() -> None:
        days.result(work_id=one.pk, slot_id=slot, by=request.user, at=timezone.now(), **form.cleaned_data)

    name = row.pupil.listed_name if row.pupil else "nobody"
    return form_page(
        request, one, form, act, "It is written down.", heading=f"What came of {row.at:%H:%M}", button="Write it down", notes=[name]
    )  # fmt: skip


@require_POST
@needs("work_purchased")
def remove(request: SignedIn, pk: int, slot: int) -> HttpResponse:
    get_object_or_404(Work.objects.visible_to(request.user), pk=pk)
    return taken(
        request,
        lambda: days.remove(work_id=pk, slot_id=slot, by=request.user, at=timezone.now()),
        "The slot is taken away.",
        "purchased_work",
        pk,
    )


@require_safe
@needs("see_purchased")
@of_work("purchased day list", "slots")
def day_list(request: SignedIn, one: Work) -> HttpResponse:
    """The day on paper."""
    return pdf(rendering.render(papers.PAPER, papers.of_day(one)), f"{one.number.lower()}-list.pdf")


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased group", "sessions")
def session_new(request: SignedIn, one: Work) -> HttpResponse:
    form = forms.SessionForm(typed(request))

    def act() -> None:
        groups.plan_session(work_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return form_page(
        request, one, form, act, "The session is planned.", heading="Plan a session", button="Plan it"
    )


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased group", "sessions")
def hold(request: SignedIn, one: Work, session: int) -> HttpResponse:
    row: Session | None = next((each for each in one.sessions.all() if each.pk == session), None)
    if row is None:
        raise Http404
    there = [presence.pupil_id for presence in row.presences.all() if presence.there]
    children = one.children  # type: ignore[attr-defined]
    form = forms.HoldForm(typed(request), children=children, initial={"there": there, "note": row.note})

    def act() -> None:
        groups.hold_session(
            work_id=one.pk, session_id=session, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return form_page(
        request,
        one,
        form,
        act,
        "It is kept who was there.",
        heading=f"Who was there: {row.topic}",
        button="Keep it",
    )
