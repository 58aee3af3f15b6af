"""Children met: what is shown of a record, what may follow, what a school answers, and what is forgotten."""

from datetime import date, timedelta

import pytest
from tests.factories import ConflictFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import give
from tests.factories_patrols import AT, meets, out

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import LinkOfficer, SchoolContact
from mainstay.service.patrols import offering
from mainstay.service.patrols.actions import following, forgetting, meeting, planning
from mainstay.service.patrols.models import Encounter, EthnicityCount
from mainstay.service.patrols.queries import figures, looking_up
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team.terms import term_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


@pytest.fixture
def child():
    return PupilFactory(surname="Fenwick", forename="Ada")


def met_child(manager, child, **given):
    met = meets(out(manager), manager, school=child.school, **given)
    return meeting.recognise(encounter_id=met.pk, pupil=child, by=manager, at=AT)


def says(met, by, finding, **given):
    return following.check(
        encounter_id=met.pk, finding=finding, checked_with="The office", by=by, at=AT, **given
    )


def test_a_child_is_looked_up_by_the_whole_name_and_the_birthday(manager, child):
    give(child, {(AT.date(), "AM"): "/"})
    (known,) = looking_up.find(manager, "ada", "FENWICK", child.date_of_birth, AT)
    assert (known.name, known.school, known.year) == ("Ada Fenwick", child.school.name, "5")
    assert known.says == "The school says: present in this session"
    assert looking_up.find(manager, "Ad", "Fenwick", child.date_of_birth, AT) == []
    assert looking_up.find(manager, "Ada", "Fenwick", date(2016, 3, 10), AT) == []
    ConflictFactory(user=manager, school=child.school)
    manager.conflicted = None
    assert looking_up.find(manager, "Ada", "Fenwick", child.date_of_birth, AT) == []


def test_of_a_restricted_record_it_is_said_only_that_there_is_one(manager, child):
    child.restricted = True
    child.save()
    (known,) = looking_up.find(manager, "Ada", "Fenwick", child.date_of_birth, AT)
    assert (known.name, known.school) == ("A restricted record", "")
    with pytest.raises(StepRefused, match="restricted"):
        met_child(manager, child)


def test_without_leave_is_followed_up_the_same_day_and_told_in_the_chronology(manager, child):
    officer = UserFactory(role="ewo")
    LinkOfficer.objects.create(school=child.school, officer=officer)
    met = says(met_child(manager, child), manager, "without", code="o")
    row = Deadline.objects.get(rule=following.RULE)
    assert (row.last_day, row.owner, row.pupil) == (AT.date(), officer, child)
    assert "Fenwick" not in row.label
    entry = Entry.objects.get(kind="patrol")
    assert entry.title == "Met on a patrol, absent without leave"
    assert entry.pupil == child
    meeting.conclude(
        encounter_id=met.pk, outcome="returned", informed="yes", constable="PC 77", by=manager, at=AT
    )
    following.follow(encounter_id=met.pk, text="Spoke to mother", by=officer, at=AT)
    done, followed = Entry.objects.filter(kind="patrol").order_by("pk")[1:]
    assert done.text == "Absent without leave. Taken back to school by a constable. Parent told: yes."
    assert "Taken back to school by a constable" in followed.text and "PC 77" not in done.text + followed.text
    row.refresh_from_db()
    assert row.state == "met"


def test_a_pupil_who_is_at_school_was_not_the_one_met(manager, child):
    met = says(met_child(manager, child), manager, "without")
    met = says(met, manager, "here")
    assert (met.finding, met.pupil) == ("here", None)
    assert Deadline.objects.get(rule=following.RULE).state != "open"
    again = meeting.identify(
        encounter_id=met.pk, forename="Bo", surname="Fenwick", born_on=None, school=child.school, status="registered",
        reason="", by=manager, at=AT,
    )  # fmt: skip
    assert (again.finding, again.checked_at, again.asked_at) == ("", None, None)
    assert following.ask_school(encounter_id=met.pk, by=manager, at=AT).asked_at


def test_with_leave_nothing_follows(manager, child):
    says(met_child(manager, child), manager, "lawful", code="M")
    assert not Deadline.objects.filter(rule=following.RULE).exists()
    assert not Entry.objects.filter(kind="patrol").exists()


def test_a_corrected_answer_stops_the_follow_up_and_is_told(manager, child):
    met = says(met_child(manager, child), manager, "without")
    says(met, manager, "lawful")
    assert Deadline.objects.get(rule=following.RULE).state != "open"
    assert "not absent without leave" in Entry.objects.filter(kind="patrol").order_by("pk").last().title


def test_educated_at_home_nothing_follows_but_a_look_at_the_list(manager):
    met = meets(out(manager), manager, status="ehe", school=SchoolFactory())
    for outcome in ("returned", "place", "home", "walked"):
        with pytest.raises(StepRefused, match="educated at home"):
            meeting.conclude(
                encounter_id=met.pk, outcome=outcome, informed="no", constable="PC 1", by=manager, at=AT
            )
    for act in (following.ask_school, lambda **said: says(met, manager, "without")):
        with pytest.raises(StepRefused, match="educated at home"):
            act(encounter_id=met.pk, by=manager, at=AT)
    met = following.look_at_list(encounter_id=met.pk, listed="on", by=manager, at=AT)
    assert met.finding == "lawful"
    assert (
        meeting.conclude(encounter_id=met.pk, outcome="none", informed="no", by=manager, at=AT).outcome
        == "none"
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"constable": ""}, "constable"),
        ({"with_parent": True}, "with a parent"),
        ({"born_on": date(2023, 1, 1)}, "compulsory"),
    ],
)
def test_nobody_is_taken_along_but_by_a_constable_alone_and_of_school_age(manager, given, words):
    constable = given.pop("constable", "PC 0001")
    met = meets(out(manager), manager, **given)
    with pytest.raises(StepRefused, match=words):
        meeting.conclude(
            encounter_id=met.pk, outcome="returned", informed="yes", constable=constable, by=manager, at=AT
        )


def test_a_child_out_lawfully_is_taken_nowhere(manager, child):
    met = says(met_child(manager, child), manager, "lawful")
    with pytest.raises(StepRefused, match="lawfully"):
        meeting.conclude(
            encounter_id=met.pk, outcome="place", informed="yes", constable="PC 1", by=manager, at=AT
        )


def test_the_school_is_asked_without_a_name_and_answers_about_its_own_children_only(manager, child):
    SchoolContact.objects.create(
        school=child.school, name="Office", post="Office", email="office@example.org"
    )
    met = met_child(manager, child)
    of_school, of_other = (
        UserFactory(role="school_staff", school=child.school),
        UserFactory(role="school_staff", school=SchoolFactory()),
    )
    assert not Encounter.objects.visible_to(of_school).exists()
    following.ask_school(encounter_id=met.pk, by=manager, at=AT)
    assert "Fenwick" not in Message.objects.get(to="office@example.org").body
    with pytest.raises(StepRefused, match="cannot see"):
        following.check(encounter_id=met.pk, finding="lawful", by=of_other, at=AT)
    met = following.check(encounter_id=met.pk, finding="without", code="O", by=of_school, at=AT)
    assert (met.checked_with, met.checked_by) == (of_school.name, of_school)
    with pytest.raises(StepRefused, match="code"):
        following.check(encounter_id=met.pk, finding="without", code="ZZ", by=of_school, at=AT)


def test_met_again_within_the_days_is_marked(manager, child):
    one = out(manager)
    first, second = meets(one, manager), meets(one, manager, at=AT + timedelta(minutes=5), forename="ADA")
    assert (first.repeat, second.repeat) == (False, True)


def test_the_police_see_who_it_was_only_while_the_patrol_is_open(manager):
    police = UserFactory(role="police_liaison")
    one = out(manager)
    met = meets(one, manager)
    assert Encounter.objects.visible_to(police).filter(pk=met.pk).exists()
    meeting.conclude(encounter_id=met.pk, outcome="none", informed="no", by=police, at=AT)
    for step in ("back", "close"):
        planning.take(patrol_id=one.pk, step=step, by=manager, at=AT)
    assert not Encounter.objects.visible_to(police).exists()


def test_ethnic_groups_are_numbers_only_and_small_ones_hidden(manager):
    one = out(manager)
    for _ in range(5):
        met = meets(one, manager)
        meeting.conclude(
            encounter_id=met.pk, outcome="none", informed="no", ethnicity="AIND", by=manager, at=AT
        )
        meeting.conclude(
            encounter_id=met.pk, outcome="walked", informed="no", ethnicity="AIND", by=manager, at=AT
        )
    meeting.conclude(
        encounter_id=meets(one, manager).pk,
        outcome="none",
        informed="no",
        ethnicity="CHNE",
        by=manager,
        at=AT,
    )
    assert {field.name for field in EthnicityCount._meta.fields} == {"id", "term", "group", "taken", "number"}
    shown = {row["group"]: row["met"] for row in figures.by_ethnicity(term_of(AT.date()), 5)}
    assert shown == {"Indian": 5, "Other groups, hidden": "hidden"}


def test_figures_by_school_hide_the_small_and_the_next_smallest(manager):
    one = out(manager)
    big, middle, small = (SchoolFactory(name=f"Invented {n}") for n in ("Big", "Middle", "Small"))
    for school, number in ((big, 7), (middle, 6), (small, 1)):
        for _ in range(number):
            meets(one, manager, school=school)
    rows = {
        row["school"]: row["met"]
        for row in figures.by_school(figures.of_term(manager, term_of(AT.date())), 5)
    }
    assert rows == {big.name: 7, middle.name: "hidden", small.name: "hidden"}


def test_a_total_stands_beside_hidden_numbers_only_where_it_tells_none():
    assert figures.total(14, [7, "hidden", "hidden"], 5) == 14
    assert figures.total(9, [7, "hidden", "hidden"], 5) == "hidden"  # the hidden rest is small itself
    assert figures.total(20, [14, "hidden"], 5) == "hidden"  # one could subtract it
    assert figures.total(4, [4], 5) == "hidden" and figures.total(0, [0, 0], 5) == 0


def test_the_file_of_encounters_names_nobody(manager, child):
    met_child(manager, child)
    (line,) = figures.lines(figures.of_term(manager, term_of(AT.date())))
    assert not any(word in str(line) for word in ("Fenwick", "Ada", "Bus station", child.school.name, "TP-"))


def test_who_was_lawfully_out_is_forgotten_after_the_days_and_counts_stay(manager, child):
    one = out(manager)
    lawful = says(
        meeting.recognise(
            encounter_id=meets(one, manager, school=child.school).pk, pupil=child, by=manager, at=AT
        ),
        manager,
        "lawful",
    )
    without = says(meets(one, manager, school=child.school, forename="Bo"), manager, "without")
    nothing = meeting.conclude(
        encounter_id=meets(one, manager, forename="Cy").pk, outcome="none", informed="no", by=manager, at=AT
    )
    referred = meeting.conclude(
        encounter_id=meets(one, manager, forename="Di").pk,
        outcome="none",
        informed="no",
        safeguarding="Called at 10",
        by=manager,
        at=AT,
    )
    day = AT.date() + timedelta(days=30)
    assert forgetting.forget(on=day, at=AT + timedelta(days=30)) == 0
    forgetting.daily(on=day + timedelta(days=1), last=None)
    for met in (lawful, without, nothing, referred):
        met.refresh_from_db()
    assert (lawful.forename, lawful.surname, lawful.key, lawful.born_on, lawful.pupil, lawful.where) == (
        "",
        "",
        "",
        None,
        None,
        "",
    )
    assert (lawful.finding, lawful.school, lawful.forgotten_at is None) == ("lawful", child.school, False)
    assert nothing.surname == ""
    assert (without.surname, referred.surname) == ("Fenwick", "Fenwick")
    row = AuditRow.objects.get(action="patrol.forgotten", on_id=str(lawful.pk))
    assert row.payload == {"after_days": 30}
    assert figures.by_school(figures.of_term(manager, term_of(AT.date())), 2)[0]["met"] == 2


def test_two_records_of_one_child_take_what_was_met_along(manager, child):
    met, kept, moved = met_child(manager, child), PupilFactory(school=child.school), {}
    offering.move(kept=kept, other=child, moved=moved, by=manager, at=AT)
    met.refresh_from_db()
    assert met.pupil == kept
    assert moved == {"patrols.encounter": [met.pk]}
