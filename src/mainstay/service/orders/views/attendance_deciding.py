"""What is decided about an attendance order: the panel, the school, what schools and parents answer, revocation."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common.ui import params
from mainstay.service.directory.models import School
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders import forms_attendance as forms
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_deciding as deciding
from mainstay.service.orders.actions import attendance_ending as ending
from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.models import AttendanceOrder
from mainstay.service.orders.views.attendance import METHODS, opened
from mainstay.service.orders.views.attendance_steps import PAGE, choices, form_page


def _schools(request: SignedIn) -> QuerySet[School]:
    return School.objects.visible_to(request.user).filter(closed_on=None).order_by("key")


def _consulted(one: AttendanceOrder) -> list[int]:
    return [row.school_id for row in one.consultations.all()]


@require_http_methods(METHODS)
@needs("decide_order")
def regime(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.RegimeForm(typed(request), initial={"regime": one.regime})

    def act() -> None:
        beginning.change_regime(order_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The transitional decision is kept.", PAGE, pk)) is not None:
        return response
    intro = "The law was fixed when the road began. It changes only by a transitional decision with reasons."
    refused = ground.regime_refused(AttendanceOrder.Regime.CWSA2026, timezone.localdate())
    notes = [refused] if refused else []
    heading = "Under which law"
    return form_page(
        request, one, form, heading=heading, intro=intro, notes=notes, button="Keep the decision"
    )


@require_http_methods(METHODS)
@needs("decide_order")
def panel(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.PanelForm(typed(request))

    def act() -> None:
        deciding.panel(order_id=pk, tests=form.tests, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "The decision is kept.", PAGE, pk)) is not None:
        return response
    notes = [
        f"{notice.parent.name} answered the {notice.get_kind_display().lower()}: {notice.answer}"
        for notice in one.notices.all() if notice.answer
    ]  # fmt: skip
    if one.pupil.sen == deciding.EHC:
        notes.append("This child has an EHC plan: the school is the one the plan names.")
    intro = "Two tests, each with reasons. Somebody other than the officer who prepared it decides."
    return form_page(
        request,
        one,
        form,
        heading="The panel’s decision",
        intro=intro,
        notes=notes,
        button="Keep the decision",
    )


@require_http_methods(METHODS)
@needs("work_orders")
def consult(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    initial = {}
    if (row := params.number(request.GET.get("row"))) is not None:
        found = next((each for each in one.consultations.all() if each.pk == row), None)
        if found is None:
            raise Http404
        names = ("body", "asked_on", "how", "reply", "replied_on", "reply_text", "number")
        initial = {name: getattr(found, name) for name in names} | {"school": found.school_id}
        initial["excluded"] = {True: "yes", False: "no", None: ""}[found.excluded]
    form = forms.ConsultForm(typed(request), schools=_schools(request), initial=initial)

    def act() -> None:
        said = form.cleaned_data
        deciding.consult(
            order_id=pk, school=said["school"], body=said["body"], asked=form.asked, by=request.user, at=timezone.now()
        )  # fmt: skip

    if (response := filled(request, form, act, "The consultation is written down.", PAGE, pk)) is not None:
        return response
    intro = "One for each school and body. The same school and body again completes what was written before."
    return form_page(
        request, one, form, heading="Consult about a school", intro=intro, button="Write it down"
    )


@require_http_methods(METHODS)
@needs("work_orders")
def school(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    schools = _schools(request) if one.by_plan else _schools(request).filter(pk__in=_consulted(one))
    initial = {"school": one.school_id, "alternatives": [each.pk for each in one.alternatives.all()]}
    form = forms.SchoolForm(
        typed(request), schools=schools, initial={**initial, "because": one.school_because}
    )
    if one.by_plan:
        del form.fields["alternatives"]

    def act() -> None:
        said = form.cleaned_data
        deciding.choose(
            order_id=pk, school=said["school"], alternatives=list(said.get("alternatives", [])), because=said["because"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (response := filled(request, form, act, "The school is chosen.", PAGE, pk)) is not None:
        return response
    notes = (
        [] if one.by_plan or _consulted(one) else ["No consultation is written down yet: that comes first."]
    )
    return form_page(request, one, form, heading="Choose the school", notes=notes, button="Choose it")


@require_POST
@needs("work_orders")
def tell(request: SignedIn, pk: int) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        deciding.tell_schools(order_id=pk, by=request.user, at=timezone.now())

    return taken(request, act, "The schools are told: post the letters today.", PAGE, pk)


@require_http_methods(METHODS)
@needs("work_orders")
def objection(request: SignedIn, pk: int, paper: int) -> HttpResponse:
    one = opened(request, pk)
    found = next((each for each in one.papers.all() if each.pk == paper), None)
    if found is None:
        raise Http404
    names = {"on": "objected_on", "text": "objection", "direction": "direction", "directed_on": "directed_on"}
    form = forms.ObjectionForm(
        typed(request), initial={name: getattr(found, of) for name, of in names.items()}
    )

    def act() -> None:
        deciding.object_(paper_id=paper, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "It is written down.", PAGE, pk)) is not None:
        return response
    heading = f"{found.school.name} asks the Secretary of State"
    return form_page(request, one, form, heading=heading, button="Write it down")


@require_http_methods(METHODS)
@needs("work_orders")
def choice(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.ChoiceForm(typed(request), parents=choices(one), schools=_schools(request))

    def act() -> None:
        said = form.cleaned_data
        deciding.chosen(
            order_id=pk, parent_id=int(said["parent"]), school=said["school"], place=said["place"], on=said["on"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (response := filled(request, form, act, "The order is to name this school.", PAGE, pk)) is not None:
        return response
    intro = (
        "A school of the notice that a parent chooses is named; another school is named once it has a place."
    )
    return form_page(request, one, form, heading="A parent’s choice", intro=intro, button="Record the choice")


@require_http_methods(METHODS)
@needs("decide_order")
def amend(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.AmendForm(typed(request), parents=choices(one), schools=_schools(request))

    def act() -> None:
        said = form.cleaned_data
        following.amend(
            order_id=pk, ground_=said["ground"], parent_id=int(said["parent"]) if said["parent"] else None,
            school=said["school"], because=said["because"], by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (
        response := filled(request, form, act, "The amended order is served: post it today.", PAGE, pk)
    ) is not None:
        return response
    intro = (
        "The amended order goes to each parent, copies to the school named now. Checks with it begin anew."
    )
    return form_page(request, one, form, heading="Amend the order", intro=intro, button="Amend and serve it")


@require_http_methods(METHODS)
@needs("decide_order")
def decide_revocation(request: SignedIn, pk: int, asked: int) -> HttpResponse:
    one = opened(request, pk)
    found = next((each for each in one.revocations.all() if each.pk == asked), None)
    if found is None:
        raise Http404
    form = forms.DecideRevocationForm(typed(request))

    def act() -> None:
        ending.decide_revocation(revocation_id=asked, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (
        response := filled(request, form, act, "The decision is kept and sent: post it today.", PAGE, pk)
    ) is not None:
        return response
    notes = [f"{found.parent.name} says: {found.says}"]
    intro = "If it is refused, the letter says how the parent may refer it to the Secretary of State."
    return form_page(
        request, one, form, heading="Decide on revocation", intro=intro, notes=notes, button="Decide"
    )


@require_http_methods(METHODS)
@needs("decide_order")
def stands(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.StandsForm(typed(request))

    def act() -> None:
        ending.stands(order_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The order stands.", PAGE, pk)) is not None:
        return response
    intro = "Whether one conviction spends an order is disputed. Without this decision a new road is begun."
    return form_page(
        request, one, form, heading="The order still stands", intro=intro, button="Keep the decision"
    )
