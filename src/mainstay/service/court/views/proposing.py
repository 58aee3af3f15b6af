"""P1: proposing a prosecution, from a case, a notice or an order; and picking its sessions anew."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.law import clock, limitation
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.models import Case
from mainstay.service.court import grounds, picking
from mainstay.service.court.actions import proposing as actions
from mainstay.service.court.forms_prosecuting import PickForm, ProposeForm, ProposePeriodForm
from mainstay.service.court.models import Prosecution
from mainstay.service.court.opening import of_prosecution
from mainstay.service.court.views.filling import done, typed
from mainstay.service.directory.models import Dated, Parenthood, Pupil, School
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties.models import Notice
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]
PARTS: Final = ("evidence", "support_tried", "circumstances", "alternatives")
Offence = Prosecution.Offence


@require_http_methods(METHODS)
@needs("propose_prosecution")
def of_case(request: SignedIn, pk: int) -> HttpResponse:
    case = get_object_or_404(
        Case.objects.visible_to(request.user).select_related("pupil__school", "school"), pk=pk
    )
    if (response := _opened(request, case.pupil)) is not None:
        return response
    return _of_sessions(request, case.pupil, case, None)


@require_http_methods(METHODS)
@needs("propose_prosecution")
def of_notice(request: SignedIn, pk: int) -> HttpResponse:
    """For an unpaid notice that is to be prosecuted; a case is opened where the child has none."""
    seen = Notice.objects.visible_to(request.user).filter(state=Notice.State.PROSECUTING)
    notice = get_object_or_404(seen.select_related("pupil__school", "school", "parent"), pk=pk)
    if (response := _opened(request, notice.pupil)) is not None:
        return response
    return _of_sessions(request, notice.pupil, None, notice)


def _opened(request: SignedIn, pupil: Pupil) -> HttpResponse | None:
    if not access.may_open(request.user, pupil):
        if request.method == "POST":
            raise Http404
        return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
    if request.method != "POST":
        access.log_read(request, pupil, page="prosecution proposal")
    return None


def parents_of(
    pupil: Pupil, today: date, only: int | None = None
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The child's parents by their key, and as choices."""
    ties = Parenthood.objects.filter(pupil=pupil, parent__merged_into=None).select_related("parent")
    ties = ties.filter(parent=only) if only else ties.filter(Dated.on(today))
    known = {str(tie.parent_id): tie for tie in ties.order_by("priority", "pk")}
    choices = [(pk, f"{tie.parent.name}, {tie.get_basis_display().lower()}") for pk, tie in known.items()]
    return {pk: tie.parent for pk, tie in known.items()}, choices


def _of_sessions(request: SignedIn, pupil: Pupil, case: Case | None, notice: Notice | None) -> HttpResponse:
    today = timezone.localdate()
    known, choices = parents_of(pupil, today, notice.parent_id if notice else None)
    offered = picking.offered(pupil, [int(pk) for pk in known], today, notice)
    form = ProposeForm(typed(request), offered=offered, parents=choices)

    def act() -> None:
        said, at = form.cleaned_data, timezone.now()
        proposal = actions.Proposal(
            offence=said["offence"], reasons=said["reasons"], sessions=said["sessions"], notice=notice,
            parts={name: said[name] for name in PARTS},
        )  # fmt: skip
        because = f"Penalty notice {notice.number} was not paid and is to be prosecuted." if notice else ""
        of = case or actions.case_for(
            pupil, notice.school if notice else None, because=because, by=request.user, at=at
        )
        made.extend(
            actions.propose(case_id=of.pk, parents=[known[pk] for pk in said["parents"]], proposal=proposal, by=request.user, at=at)
        )  # fmt: skip

    made: list[Prosecution] = []
    picked = (
        set(request.POST.getlist("sessions"))
        if form.is_bound
        else {one.key for one in offered if one.advised}
    )
    return _answer(
        request,
        form,
        act,
        made,
        pupil,
        weeks=weeks(offered, picked),
        from_=notice or case,
        notice=notice,
        case=case,
    )


@require_http_methods(METHODS)
@needs("propose_prosecution")
def of_supervision_order(request: SignedIn, pk: int) -> HttpResponse:
    """For failures to follow directions that were judged persistent."""
    seen = SupervisionOrder.objects.visible_to(request.user).filter(made_on__isnull=False)
    order = get_object_or_404(seen.select_related("case__pupil__school", "case__school"), pk=pk)
    if (response := _opened(request, order.case.pupil)) is not None:
        return response
    found = grounds.of_supervision(order)
    return _of_period(
        request,
        order.case.pupil,
        Offence.DIRECTION,
        found,
        grounds.NOT_JUDGED,
        order.case,
        supervision_order=order,
    )


@require_http_methods(METHODS)
@needs("propose_prosecution")
def of_attendance_order(request: SignedIn, pk: int) -> HttpResponse:
    """For an order that is not complied with."""
    seen = AttendanceOrder.objects.visible_to(request.user).filter(served_on__isnull=False)
    order = get_object_or_404(seen.select_related("pupil__school", "school"), pk=pk)
    if (response := _opened(request, order.pupil)) is not None:
        return response
    found = grounds.of_attendance(order)
    return _of_period(
        request, order.pupil, Offence.ORDER, found, grounds.NOT_KNOWN, None, attendance_order=order
    )


def _of_period(
    request: SignedIn, pupil: Pupil, offence: str, found: dict[int, grounds.Ground], nobody: str, case: Case | None,
    **order: Any,
) -> HttpResponse:  # fmt: skip
    """From an order. found: whose failure is known, and when; nobody: what is said where nobody's is."""
    known, ties = parents_of(pupil, timezone.localdate())
    choices = [(pk, f"{name}: {found[int(pk)].in_words}") for pk, name in ties if int(pk) in found]
    initial = {
        "first": min((one.first for one in found.values()), default=None),
        "last": max((one.last for one in found.values()), default=None),
    }
    form = ProposePeriodForm(typed(request), offence=offence, parents=choices, initial=initial)

    def act() -> None:
        said, at = form.cleaned_data, timezone.now()
        proposal = actions.Proposal(
            offence=said["offence"], reasons=said["reasons"], first=said["first"], last=said["last"],
            parts={name: said[name] for name in PARTS}, **order,
        )  # fmt: skip
        school = _school(pupil, order)
        of = case or actions.case_for(
            pupil, school, because="A school attendance order is not complied with.", by=request.user, at=at
        )
        made.extend(
            actions.propose(case_id=of.pk, parents=[known[pk] for pk in said["parents"]], proposal=proposal, by=request.user, at=at)
        )  # fmt: skip

    made: list[Prosecution] = []
    limits = (
        limitation.find(initial["first"], initial["last"]) if initial["first"] and initial["last"] else None
    )
    said = {
        "weeks": None,
        "notice": None,
        "case": case,
        "refused": "" if choices else nobody,
        "limits": limits,
    }
    return _answer(request, form, act, made, pupil, **said, of_order=next(iter(order.items())))


def _school(pupil: Pupil, order: dict[str, Any]) -> School | None:
    of = order.get("attendance_order")
    return (of.school if of else None) or pupil.school


def _answer(
    request: SignedIn, form: Any, act: Any, made: Sequence[Prosecution], pupil: Pupil, **more: Any
) -> HttpResponse:
    if done(request, form, act, "The prosecution is proposed.", "prosecutions") is not None:
        return redirect("prosecution", made[0].pk)
    said = {"child": frame.identity(pupil, request.user), "form": form, **more}
    return render(request, "court/prosecution/propose.jinja", said, status=400 if form.is_bound else 200)


def weeks(offered: Sequence[picking.Absence], picked: set[str]) -> list[dict[str, Any]]:
    """The absences week by week, newest first; those of a week in their order."""
    found: dict[date, list[Any]] = {}
    for one in offered:
        found.setdefault(clock.monday(one.on), []).append({"one": one, "picked": one.key in picked})
    return [
        {
            "monday": monday,
            "rows": sorted(rows, key=lambda row: row["one"].key),
            "notes": sorted({note for row in rows for note in row["one"].notes}),
        }
        for monday, rows in sorted(found.items(), reverse=True)
    ]


@require_http_methods(METHODS)
@needs("see_prosecutions")
@of_prosecution("prosecution")
def pick(request: SignedIn, one: Prosecution) -> HttpResponse:
    today = timezone.localdate()
    offered = picking.offered(one.case.pupil, [one.parent_id], today, one.notice)
    form = PickForm(typed(request), offered=offered)

    def act() -> None:
        actions.pick(prosecution_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := done(request, form, act, "The sessions are picked.", "prosecution", one.pk)) is not None:
        return response
    kept = {f"{s['date']} {s['half']}" for s in one.sessions}
    picked = set(request.POST.getlist("sessions")) if form.is_bound else kept
    said = {
        "child": frame.identity(one.case.pupil, request.user),
        "one": one,
        "form": form,
        "weeks": weeks(offered, picked),
    }
    return render(request, "court/prosecution/pick.jinja", said, status=400 if form.is_bound else 200)
