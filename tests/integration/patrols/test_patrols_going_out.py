"""No patrol goes out outside its direction, or with a place of which the chief officer does not know."""

import pytest
from tests.factories import UserFactory
from tests.factories_patrols import AT, HOUR, a_direction, a_patrol, a_place, meets, out

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.patrols.actions import authorising, following, meeting, planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


def start(one, by, at=AT):
    return planning.take(patrol_id=one.pk, step="start", by=by, at=at)


@pytest.mark.parametrize("late", [-2 * HOUR, 8 * HOUR])
def test_it_starts_within_the_period_of_the_direction_only(manager, late):
    one = a_patrol(manager)
    with pytest.raises(StepRefused, match="No patrol goes out outside it"):
        start(one, manager, AT + late)
    assert start(one, manager).state == "out"


def test_it_is_planned_within_the_period_only(manager):
    direction = a_direction(manager)
    with pytest.raises(StepRefused, match="within the period"):
        a_patrol(manager, direction=direction, ends=direction.ends + HOUR)


def test_a_plan_is_changed_until_it_goes_out(manager):
    one, officer = a_patrol(manager), UserFactory(role="ewo")
    said = {
        "direction_id": one.direction_id, "place_id": one.place_id, "area": "The parks", "starts": one.starts, "ends": one.ends,
        "officers": [officer, manager], "police": "PC 0002", "briefing": "Bring coats.", "by": manager, "at": one.starts,
        "patrol_id": one.pk,
    }  # fmt: skip
    changed = planning.plan(**said)
    assert (changed.pk, changed.area, changed.lead, changed.police) == (
        one.pk,
        "The parks",
        officer,
        "PC 0002",
    )
    assert set(changed.officers.all()) == {officer, manager} and changed.made_at == one.made_at
    with pytest.raises(StepRefused, match="within the period"):
        planning.plan(**{**said, "ends": one.direction.ends + HOUR})
    start(one, manager)
    with pytest.raises(StepRefused, match="The plan stays as it is"):
        planning.plan(**{**said, "area": "Elsewhere"})
    assert AuditRow.objects.filter(action="patrol.plan_changed").count() == 1


def test_a_direction_that_was_withdrawn_carries_nothing(manager):
    one = a_patrol(manager)
    authorising.withdraw(direction_id=one.direction_id, by=manager, at=AT)
    with pytest.raises(StepRefused, match="was withdrawn"):
        start(one, manager)


def test_the_chief_officer_is_told_first(manager):
    place = a_place(manager, chief_told_on=None)
    one = a_patrol(manager, place=place)
    with pytest.raises(StepRefused, match="Tell the chief officer"):
        start(one, manager)
    authorising.tell_chief(place_id=place.pk, on=AT.date(), by=manager, at=AT)
    assert start(one, manager).state == "out"


def test_a_place_that_ended_is_no_place(manager):
    place = a_place(manager)
    one = a_patrol(manager, place=place)
    place.ended_on = place.designated_on
    place.save()
    with pytest.raises(StepRefused, match="not designated on that day"):
        start(one, manager)


def test_a_direction_has_all_its_parts(manager):
    for part in ("reference", "given_by", "area"):
        with pytest.raises(StepRefused):
            a_direction(manager, **{part: " "})


def test_nobody_is_met_before_the_patrol_is_out(manager):
    one = a_patrol(manager)
    with pytest.raises(StepRefused, match="Start the patrol first"):
        meets(one, manager)


def test_it_closes_when_everything_is_written_down_and_followed_up(manager):
    one = out(manager)
    met = meets(one, manager)
    planning.take(patrol_id=one.pk, step="back", by=manager, at=AT)
    with pytest.raises(StepRefused, match="Write down what was done: TP-"):
        planning.take(patrol_id=one.pk, step="close", by=manager, at=AT)
    meeting.conclude(encounter_id=met.pk, outcome="none", informed="no", by=manager, at=AT)
    assert planning.take(patrol_id=one.pk, step="close", by=manager, at=AT).state == "closed"
    with pytest.raises(StepRefused, match="closed"):
        meeting.conclude(encounter_id=met.pk, outcome="none", informed="no", by=manager, at=AT)


def test_officers_and_the_police_plan_none_and_cancel_none(manager):
    one = a_patrol(manager)
    for role in ("ewo", "police_liaison"):
        person = UserFactory(role=role)
        with pytest.raises(StepRefused):
            a_patrol(person, direction=one.direction, place=one.place)
        with pytest.raises(StepRefused):
            planning.take(patrol_id=one.pk, step="cancel", because="Rain", by=person, at=AT)


def test_the_police_start_and_write_but_do_not_ask_schools(manager):
    police = UserFactory(role="police_liaison")
    one = a_patrol(manager)
    start(one, police)
    met = meets(one, police)
    for act, more in (
        (following.check, {"finding": "without", "checked_with": "The office"}),
        (following.follow, {"text": "x"}),
    ):
        with pytest.raises(StepRefused):
            act(encounter_id=met.pk, by=police, at=AT, **more)


def test_no_audit_row_names_a_child(manager):
    met = meets(out(manager), manager, surname="Quillfeather")
    meeting.identify(
        encounter_id=met.pk,
        forename="Ada",
        surname="Quillfeathers",
        born_on=None,
        school=None,
        status="other",
        reason="x",
        by=manager,
        at=AT,
    )
    assert not any("Quill" in str(row.payload) for row in AuditRow.objects.all())
