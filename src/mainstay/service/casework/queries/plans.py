"""The list of plans, and one as its page shows it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from mainstay.service.casework.leading import leads
from mainstay.service.casework.models import Plan, PlanLine
from mainstay.service.casework.queries.consultations import child
from mainstay.service.casework.steps_plans import PLAN
from mainstay.service.common.among import among
from mainstay.service.common.prepared import prepared
from mainstay.service.common.steps import Step
from mainstay.service.directory.models import Pupil

State, Status = Plan.State, PlanLine.Status
COLOURS: Final[Mapping[str, str]] = {
    State.DRAFT: "grey", State.OFFERED: "blue", State.RUNNING: "green", State.NOT_AGREED: "yellow", State.ENDED: "grey",
    State.DROPPED: "grey",
}  # fmt: skip
LINE_COLOURS: Final[Mapping[str, str]] = {
    Status.TO_DO: "blue", Status.DONE: "green", Status.PARTLY: "yellow", Status.NOT_DONE: "red",
}  # fmt: skip
HEADER: Final = (
    "Plan",
    "Case",
    "Child",
    "School",
    "Kind",
    "State",
    "From",
    "To",
    "Review",
    "Promises",
    "Done",
    "Result",
)
OVER: Final = (State.ENDED, State.DROPPED, State.NOT_AGREED)
DONE: Final = Count("lines", filter=Q(lines__status=Status.DONE))


def shown_with(user: Any) -> QuerySet[Plan]:
    """Plans in view, with what every page of one asks for."""
    return Plan.objects.visible_to(user).select_related("pupil__school", "school", "case__owner", "made_by")


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Plan]:
    """The plans this person may see that fit the filters; those not over where no state is asked for."""
    found = Plan.objects.visible_to(user).select_related("pupil", "school", "case")
    if not wanted["state"]:
        found = found.exclude(state__in=OVER)
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    return found.filter(school=wanted["school"]) if wanted["school"] else found


def _kept(found: Iterable[Plan]) -> dict[int, tuple[int, int]]:
    """Plan -> how many promises were kept, and how many were made; no plan without any."""
    lines = PlanLine.objects.filter(plan__among=among(one.pk for one in found)).order_by()
    counted = lines.values_list("plan_id").annotate(
        done=Count("pk", filter=Q(status=Status.DONE)), made=Count("pk")
    )
    return {plan: (done, made) for plan, done, made in counted}


def rows(found: Iterable[Plan]) -> list[dict[str, Any]]:
    found = list(found)
    kept = _kept(found)
    return [
        {
            "pk": one.pk,
            "url": reverse("plan", args=[one.pk]),
            "label": child(one.pupil),
            "child": child(one.pupil),
            "school": one.school.name,
            "kind": one.get_kind_display(),
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "review_on": one.review_on if one.state == State.RUNNING else None,
            "done": "{} of {}".format(*kept.get(one.pk, (0, 0))),
        }
        for one in found
    ]


def for_export(found: Iterable[Plan]) -> Iterable[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials."""
    found = list(found)
    kept = _kept(found)
    for one in found:
        done, made = kept.get(one.pk, (0, 0))
        yield (
            one.number, one.case.number if one.case else "", child(one.pupil), one.school.name, one.get_kind_display(),
            one.get_state_display(),
            one.starts_on, one.ends_on, one.review_on, made, done, one.get_result_display(),
        )  # fmt: skip


def of_case(case: Any, user: Any) -> list[Any]:
    """The plans of one case that this person may see, with how many promises were kept; one query."""
    return list(Plan.objects.visible_to(user).filter(case=case).annotate(promises=Count("lines"), done=DONE))


def of_child(pupil: Any, user: Any) -> list[Plan]:
    """All plans of a child that this person may see, the latest first."""
    return _of_child(user, pupil)


@prepared
def _of_child(user: Any, pupil: Pupil) -> QuerySet[Plan]:
    return Plan.objects.visible_to(user).filter(pupil=pupil)


def steps(plan: Plan, user: Any) -> dict[str, tuple[Step, list[str]]]:
    """Name -> the step and what stands in its way, of those this person may take now."""
    if not leads(user, plan):
        return {}
    return {step.name: (step, step.missing(plan)) for step in PLAN.open_to(user, plan.state)}
