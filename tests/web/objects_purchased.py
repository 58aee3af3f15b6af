"""A piece of purchased work of each form, shared with the school, for its addresses."""

from datetime import date, time
from typing import Any, Final

from tests.factories import PupilFactory, SchoolFactory
from tests.factories_attendance import at
from tests.factories_purchased import a_booking, a_work

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.purchased.actions import giving, moving
from mainstay.service.purchased.models import Moving, Work

#: addresses about work of the school, that of one child among it
OF_A_CHILD: Final = (
    "purchased_work", "purchased_write", "purchased_children", "purchased_go", "purchased_report", "purchased_agree",
    "purchased_tick", "purchased_spend", "purchased_case", "purchased_plan", "purchased_advise", "purchased_refer",
    "purchased_sample", "purchased_sampled", "purchased_slots", "purchased_slot", "purchased_slot_result",
    "purchased_slot_remove", "purchased_day_list", "purchased_session_new", "purchased_session", "purchased_analyse",
    "purchased_analysis_export", "purchased_impact", "purchased_count", "purchased_policy", "purchased_give",
    "purchased_given", "purchased_move", "purchased_move_agree", "purchased_attendance", "purchased_attendance_list",
    "purchased_course", "purchased_place_cancel", "purchased_place", "purchased_write_up", "purchased_arrival_agree",
)  # fmt: skip
_ANALYSIS: Final = {
    "first": "2026-09-01", "last": "2026-11-20", "small": 5, "pupils": 8, "out_of_force": [], "made_on": "2026-11-20",
    "total": {"possible": 80, "absent": 8, "unauthorised": 0, "late": 0, "attendance": 0.9},
    "groups": [{"by": "sex", "heading": "Gender", "rows": [{"label": "Girls", "hidden": True}]}],
    "codes": [{"code": "I", "hidden": True}],
}  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    school, now = pupil.school, at()
    works = {
        service: a_work(service, *([pupil] if about else []), school=school, officer=by, state="shared")
        for service, about in (
            ("casework", True), ("early_help", True), ("audit", False), ("intervention_day", True), ("group_work", True),
            ("group_analysis", False), ("impact_evaluation", False), ("consistent_approaches", False), ("transition", True),
            ("training", False), ("policy_review", False), ("gate", False),
        )
    }  # fmt: skip
    Work.objects.filter(pk=works["group_analysis"].pk).update(details={"analysis": _ANALYSIS})
    day, course = works["intervention_day"], works["training"]
    line = works["casework"].agreed.create(text="Call", owner="school", due_on=date(2026, 11, 27))
    works["audit"].sample.create(place=1, pupil=pupil, week=date(2026, 11, 16), codes=["/"] * 10)
    slot = day.slots.create(at=time(9), minutes=30)
    free = day.slots.create(at=time(10), minutes=30)
    session = works["group_work"].sessions.create(on=date(2026, 11, 20), topic="Sleep")
    seat = course.places.create(school=school, name="A Teacher", booked_by=by, booked_at=now)
    version = giving.write_version(
        template_id=None, title="Letter", kind="letter", text="Words.", because="New.", since=date(2026, 11, 1), by=by, at=now
    )  # fmt: skip
    given = giving.give(work_id=works["consistent_approaches"].pk, version_id=version.pk, by=by, at=now)
    said = {"starts_on": None, "phased": "", "note": "Likes maps.", "by": by, "at": now}
    move = moving.put(work_id=works["transition"].pk, pupil_id=pupil.pk, to_school=SchoolFactory(), **said)
    elsewhere = PupilFactory()
    from_there = a_work("transition", elsewhere, officer=by, state="shared")
    arriving = moving.put(work_id=from_there.pk, pupil_id=elsewhere.pk, to_school=school, **said)
    Moving.objects.filter(pk=arriving.pk).update(left_agreed_by=by, left_agreed_on=date(2026, 11, 20))
    ids = {
        "purchased_": works["casework"].pk, "purchased_write_up": a_booking("casework", school, by).pk,
        "purchased_plan": works["early_help"].pk, "purchased_sample": works["audit"].pk, "purchased_slot": day.pk,
        "purchased_day_list": day.pk, "purchased_session": works["group_work"].pk, "purchased_analys": works["group_analysis"].pk,
        "purchased_impact": works["impact_evaluation"].pk, "purchased_count": works["gate"].pk,
        "purchased_policy": works["policy_review"].pk, "purchased_give": works["consistent_approaches"].pk,
        "purchased_given": given.pk, "purchased_move": works["transition"].pk, "purchased_attendance": course.pk,
        "purchased_course": course.pk, "purchased_place": course.pk, "purchased_arrival_agree": arriving.pk,
        "purchased_template": version.template_id,
    }  # fmt: skip
    extra = {
        "purchased_go": {"step": "take_back"},
        "purchased_tick": {"line": line.pk},
        "purchased_sampled": {"place": 1},
        "purchased_slot": {"slot": slot.pk},
        "purchased_slot_result": {"slot": slot.pk},
        "purchased_slot_remove": {"slot": free.pk},
        "purchased_session": {"session": session.pk},
        "purchased_move_agree": {"line": move.pk},
        "purchased_place": {"place": seat.pk},
        "purchased_place_cancel": {"place": seat.pk},
        "purchased_value_set": {"name": "small"},
    }
    return ids, extra
