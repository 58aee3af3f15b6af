"""A visit, an investigation and a plan of a purchased case, for their addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mainstay.service.casework.actions import (
    investigations,
    plan_reviews,
    plan_writing,
    plans,
    visit_cards,
    visits,
)
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import Case, Investigation, KeptText
from mainstay.service.casework.permissions_visits import PAGES
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = tuple(
    name for name in PAGES if not name.startswith(("visits", "plans", "assessment_areas", "text_put_away"))
)


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``; the child has a statutory case already."""
    case = Case.objects.get(pupil=pupil, kind=Case.Kind.STATUTORY)
    visit = visits.plan(
        case_id=case.pk, starts=AT + timedelta(hours=1), minutes=60, place="home", announced=False, told="",
        purpose="To meet", risks="None known.", precautions="", colleague=None, by=by, at=AT,
    )  # fmt: skip
    here = AT + timedelta(hours=1)
    visits.arrive(visit_id=visit.pk, by=by, at=here)
    card = visit_cards.leave(visit_id=visit.pk, parent=parent.pk, by=by, at=here)
    for words in ("One", "Two"):
        said = {
            "outcome": "",
            "child_seen": None,
            "who_seen": "",
            "version": 1,
            "typed": [Typed("said", words, 0)],
        }
        visits.save(visit_id=visit.pk, by=by, at=here, **said)
    plan, copy, line = _plan(case, parent, by)
    one = Investigation.objects.get(case=case)
    asked = investigations.ask_agency(
        investigation_id=one.pk, agency="School nurse", person="", asked_on=AT.date(), basis="task", basis_words="",
        shared="The name.", learnt="", by=by, at=AT,
    )  # fmt: skip
    ids = {
        "visit": visit.pk, "visit_new": case.pk, "investigation": one.pk, "plan": plan,
        "plan_new": case.pk, "plan_begin": pupil.pk, "text_put_away": KeptText.objects.get(beside=True).pk,
    }  # fmt: skip
    extra = {
        "visit_card_file": {"card": card.pk},
        "investigation_learnt": {"check": asked.pk},
        "plan_promise_out": {"line": line},
        "plan_report": {"line": line},
        "plan_consent_end": {"consent": 1},
        "plan_copy_file": {"copy": copy},
        "plan_copy_given": {"copy": copy},
    }
    return ids, extra


def _plan(case: Case, parent: Parent, by: Any) -> tuple[int, int, int]:
    """A contract that runs, its copy for the parent, and the school's promise."""
    days = {
        "starts_on": AT.date(),
        "ends_on": AT.date() + timedelta(84),
        "review_on": AT.date() + timedelta(42),
    }
    said: dict[str, Any] = {"by": by, "at": AT}
    plan = plan_writing.begin(case_id=case.pk, kind="contract", target=92, **days, **said)
    line = plan_writing.promise(
        plan_id=plan.pk, need="Mornings", action="Meets the child", owner="school", who="", due_on=days["review_on"],
        measure="The register", **said,
    )  # fmt: skip
    plans.offer(plan_id=plan.pk, **said)
    plans.sign(
        plan_id=plan.pk, side="parent", parent=parent.pk, name="", agreed=True, words="", on=AT.date(), **said
    )
    plans.start(plan_id=plan.pk, **said)
    copy = plan_reviews.make_copy(plan_id=plan.pk, parent=parent.pk, **said)
    return plan.pk, copy.pk, line.pk
