"""The road of a search: the school's enquiries, referral, risk first, enquiries, found or not, closure, opening again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.factories import ParentFactory, PupilFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at
from tests.factories_missing import accepted, all_asked, an_officer, of_school, referred, told

from mainstay.service.accounts.owning import counted
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import usual_calendar
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.missing import clocks, drafts, values, watching
from mainstay.service.missing.actions import beginning, closing, enquiring, searching
from mainstay.service.missing.actions.closing import Evidence
from mainstay.service.missing.models import Draft, MissingChild
from mainstay.service.missing.monitored import measures
from mainstay.service.missing.queries.children import answer_holds, running
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team import monitoring

pytestmark = pytest.mark.django_db
State = MissingChild.State


def clock(one: MissingChild, rule: str) -> Deadline:
    return Deadline.objects.get(about_kind="missing.missingchild", about_id=str(one.pk), rule=rule)


def test_a_schools_enquiries_have_their_clocks_and_end_in_a_referral() -> None:
    one, lead = of_school()
    assert clock(one, "cme-home-visit").last_day == date(2026, 11, 23)
    assert clock(one, "cme-school-enquiries").last_day == date(2026, 11, 30)
    with pytest.raises(StepRefused, match="what the school has done"):
        beginning.refer_on(child_id=one.pk, told=told(), by=lead, at=at())
    enquiring.enquire(child_id=one.pk, source="call", asked_on=TODAY, by=lead, at=at(), result="nothing")
    one = beginning.refer_on(child_id=one.pk, told=told(surname="Fenwick"), by=lead, at=at())
    assert (one.state, one.received_on) == (State.REFERRED, TODAY)
    assert clock(one, "cme-triage").last_day == date(2026, 11, 24)
    assert clock(one, "cme-home-visit").state != "open"
    entries = Entry.objects.filter(pupil=one.pupil)
    assert entries.filter(title__contains="referred to the council", audience="school").exists()


def test_the_child_is_back_before_anybody_is_told() -> None:
    one, lead = of_school()
    closing.back(child_id=one.pk, attended_on=TODAY, text="With an aunt.", by=lead, at=at())
    one.refresh_from_db()
    assert one.state == State.CLOSED
    assert (
        not Deadline.objects.open().filter(about_id=str(one.pk), about_kind="missing.missingchild").exists()
    )


def test_one_child_has_one_open_search() -> None:
    one, lead = of_school()
    with pytest.raises(StepRefused, match=one.number):
        beginning.begin(pupil=one.pupil, absent_from=TODAY, reason="gone", told="Again.", by=lead, at=at())


def test_risk_is_told_the_same_day_and_before_any_step() -> None:
    officer = an_officer()
    one = referred(risks=("harm",))
    assert clock(one, "cme-referral-at-risk").last_day == TODAY
    with pytest.raises(StepRefused, match="Tell social care and police"):
        searching.accept(child_id=one.pk, answer="", by=officer, at=at())
    for to in ("social_care", "police"):
        enquiring.alert(child_id=one.pk, to=to, told_at=at(), spoke_to="The desk", by=officer, at=at())
    assert clock(one, "cme-referral-at-risk").state == "met"
    assert searching.accept(child_id=one.pk, answer="", by=officer, at=at()).state == State.ENQUIRIES


def test_a_flag_of_the_referral_is_a_risk_by_itself() -> None:
    assert referred(flags=["protection"]).risks == ["protection"]


def test_a_child_outside_the_area_is_refused_with_where_to_go() -> None:
    officer = an_officer()
    values.set_value(name="area", value=["SO99"], since=TODAY, reason="Ours.", by=officer, at=at())
    with pytest.raises(StepRefused, match="find-local-council"):
        referred(postcode="ZZ1 1AA")
    assert referred(postcode="so99 1aa").state == State.REFERRED


def test_the_councils_own_length_of_a_clock_is_counted() -> None:
    officer = an_officer()
    values.set_value(name="triage_days", value=3, since=TODAY, reason="Two of us.", by=officer, at=at())
    assert clock(referred(), "cme-triage").last_day == date(2026, 11, 26)
    with pytest.raises(StepRefused, match="whole number"):
        values.set_value(name="triage_days", value=0, since=TODAY, reason="None.", by=officer, at=at())


def test_not_found_only_after_every_source_was_asked_and_answered() -> None:
    officer = an_officer()
    one = accepted(officer, last_school=a_school())
    assert clock(one, "cme-enquiries-first").last_day == date(2026, 12, 7)
    assert clock(one, "cme-enquiries-second").last_day > clock(one, "cme-enquiries-first").last_day
    with pytest.raises(StepRefused, match="Not asked yet: council tax"):
        searching.not_found(child_id=one.pk, by=officer, at=at())
    with pytest.raises(StepRefused, match="legal basis"):
        enquiring.enquire(child_id=one.pk, source="housing", asked_on=TODAY, by=officer, at=at())
    assert "Not asked yet: council tax, housing" in clocks.ends_with(one, clock(one, "cme-enquiries-first"))
    all_asked(one, officer, result="")
    assert clock(one, "cme-enquiries-first").state == "met", "everybody is asked"
    assert clock(one, "cme-enquiries-second").state == "open"
    with pytest.raises(StepRefused, match="without an answer"):
        searching.not_found(child_id=one.pk, by=officer, at=at())
    for line in one.enquiries.all():
        enquiring.answered(
            enquiry_id=line.pk, result="nothing", answer="", answered_on=TODAY, by=officer, at=at()
        )
    one = searching.not_found(child_id=one.pk, by=officer, at=at())
    assert clock(one, "missing-review").last_day == TODAY + timedelta(weeks=13)
    searching.post(child_id=one.pk, posted_on=TODAY, reference="S2S-1", by=officer, at=at())
    with pytest.raises(StepRefused, match="within 13 weeks"):
        searching.review(
            child_id=one.pk, text="Asked.", next_on=TODAY + timedelta(weeks=20), by=officer, at=at()
        )
    searching.review(child_id=one.pk, text="Asked.", next_on=TODAY + timedelta(weeks=6), by=officer, at=at())
    assert clock(one, "missing-review").last_day == TODAY + timedelta(weeks=6)


def test_found_without_a_place_until_one_is_offered() -> None:
    officer, school = an_officer(), a_school()
    one = accepted(officer)
    searching.found(child_id=one.pk, where="city", where_told="Visited.", on=TODAY, by=officer, at=at())
    searching.needs_place(child_id=one.pk, because="On no roll.", by=officer, at=at())
    place = searching.ask_place(child_id=one.pk, via="fair_access", asked_on=TODAY, by=officer, at=at())
    with pytest.raises(StepRefused, match="offer of a place"):
        searching.placed(child_id=one.pk, by=officer, at=at())
    with pytest.raises(StepRefused, match="which school"):
        searching.place_answered(place_id=place.pk, answer="offered", answered_on=TODAY, by=officer, at=at())
    searching.place_answered(
        place_id=place.pk, answer="offered", answered_on=TODAY, school=school, starts_on=date(2026, 12, 1), by=officer,
        at=at(),
    )  # fmt: skip
    assert searching.placed(child_id=one.pk, by=officer, at=at()).state == State.FOUND


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"reason": "registered", "school_told": "Elsewhere"}, "first attended"),
        ({"reason": "home"}, "who confirmed it"),
        ({"reason": "authority", "confirmed_by": "x", "confirmed_on": TODAY}, "Name the authority"),
        ({"reason": "abroad", "confirmed_by": "x", "confirmed_on": TODAY}, "Name the country"),
        ({"reason": "over_age"}, "nobody is over age without one"),
        ({"reason": "in_error", "evidence": ""}, "Describe the evidence"),
        ({"reason": "rumour"}, "Choose the reason"),
    ],
)
def test_nothing_is_closed_without_its_evidence(given: dict[str, object], missing: str) -> None:
    officer = an_officer()
    one = accepted(officer)
    of = Evidence(**{"evidence": "Seen.", **given})  # type: ignore[arg-type]
    with pytest.raises(StepRefused, match=missing):
        closing.close(child_id=one.pk, of=of, by=officer, at=at())


def test_closed_with_evidence_and_opened_again() -> None:
    officer = an_officer()
    one = accepted(officer)
    of = Evidence(
        reason="registered", school=a_school(), attended_on=TODAY, confirmed_by="The head, on the telephone",
        confirmed_on=TODAY, evidence="The register of today.",
    )  # fmt: skip
    closing.close(child_id=one.pk, of=of, by=officer, at=at())
    one.refresh_from_db()
    assert (one.state, one.answer) == (State.CLOSED, "Closed: registered at a school and started there.")
    one = closing.reopen(child_id=one.pk, because="Never arrived.", by=officer, at=at())
    assert one.state == State.ENQUIRIES
    assert one.closures.get().undone_because == "Never arrived."
    assert clock(one, "cme-enquiries-second").state == "open"
    assert one.answer == "Opened again: we are looking for the child."
    assert answer_holds(one)


@pytest.mark.parametrize(
    ("on", "told_", "words"),
    [
        (date(2026, 11, 12), {"last_seen_on": date(2026, 11, 13)}, "last seen on"),
        (date(2026, 11, 22), {}, "closed on"),  # a Sunday
    ],
)
def test_a_first_day_that_looks_wrong_is_confirmed(on: date, told_: dict[str, date], words: str) -> None:
    officer = an_officer()
    one = accepted(officer, **told_)
    MissingChild.objects.filter(pk=one.pk).update(received_on=date(2026, 11, 2))
    of = Evidence(
        reason="registered", school=a_school(), attended_on=on, confirmed_by="The head", confirmed_on=TODAY,
        evidence="The register.",
    )  # fmt: skip
    with pytest.raises(closing.DayDoubted, match=words):
        closing.close(child_id=one.pk, of=of, by=officer, at=at())
    closing.close(child_id=one.pk, of=replace(of, sure=True), by=officer, at=at())
    one.refresh_from_db()
    assert one.state == State.CLOSED


def test_school_days_of_a_child_without_a_school_are_those_of_most_schools() -> None:
    a_school()
    officer = an_officer()
    one = referred(when=at(date(2026, 11, 27)))
    one = searching.accept(child_id=one.pk, answer="", by=officer, at=at(date(2026, 11, 27)))
    row = clock(one, "cme-enquiries-second")
    held = usual_calendar([2026]).days
    assert row.last_day in held
    assert len([day for day in held if date(2026, 11, 27) < day <= row.last_day]) == 20
    assert "usual term dates" in clocks.calendar_words(one, row)
    mine, lead = of_school()
    shown = {each["row"].rule: each["calendar"] for each in running(mine, lead)}
    assert set(shown) == {"cme-home-visit", "cme-school-enquiries"}
    assert mine.school is not None
    assert mine.school.name in shown["cme-home-visit"]


def test_a_referral_is_returned_with_the_way_it_goes_instead() -> None:
    officer = an_officer()
    one = referred()
    with pytest.raises(StepRefused, match="where it goes"):
        searching.send_back(child_id=one.pk, way="attendance", answer=" ", by=officer, at=at())
    one = searching.send_back(
        child_id=one.pk, way="home_education", answer="Known to us.", by=officer, at=at()
    )
    assert (one.state, one.answer) == (State.RETURNED, "Known to us.")


def test_a_school_sees_and_changes_its_own_only() -> None:
    one, _ = of_school()
    other = UserFactory(role="school_staff", school=a_school())
    assert not MissingChild.objects.visible_to(other).exists()
    with pytest.raises(StepRefused, match="cannot see"):
        enquiring.enquire(child_id=one.pk, source="call", asked_on=TODAY, by=other, at=at())
    with pytest.raises(StepRefused, match="role"):
        searching.accept(child_id=one.pk, answer="", by=other, at=at())


def test_a_record_is_found_later_and_a_merge_keeps_one_search() -> None:
    officer, manager = an_officer(), UserFactory(role="service_manager")
    kept = a_child()
    other = PupilFactory(school=kept.school)
    first, second = referred(), referred(surname="Holowell")
    beginning.link(child_id=first.pk, pupil=kept, by=officer, at=at())
    beginning.link(child_id=second.pk, pupil=other, by=officer, at=at())
    assert clock(first, "cme-triage").pupil == kept
    merge_pupils(kept=kept, other=other, by=manager, at=at())
    second.refresh_from_db()
    assert (second.pupil, second.state) == (kept, State.CLOSED)
    assert second.closures.get().reason == "in_error"


def test_over_age_closes_what_was_not_found_and_drafts_are_forgotten() -> None:
    officer = an_officer()
    one = accepted(officer, date_of_birth=date(2009, 9, 2))
    all_asked(one, officer)
    searching.not_found(child_id=one.pk, by=officer, at=at())
    drafts.save("A" * 16, {"name": {"surname": "x"}}, at(date(2026, 1, 5)))
    watching.day(on=date(2026, 11, 24), last=None)
    one.refresh_from_db()
    assert one.state == State.CLOSED
    assert not Draft.objects.exists()


def test_what_a_leaver_worked_on_is_nobodys() -> None:
    officer = an_officer()
    one = accepted(officer)
    assert counted(watching.holds(officer))[0]["text"] == "1 child missing education"
    watching.left(user=officer, at=at())
    one.refresh_from_db()
    assert one.owner is None


def test_what_a_record_says_begins_a_referral_and_the_audit_names_nobody() -> None:
    pupil = a_child(sen="E")
    ParentFactory(of=pupil)
    lead = UserFactory(role="school_staff", school=pupil.school)
    one = beginning.begin(pupil=pupil, absent_from=TODAY, reason="gone", told="Away.", by=lead, at=at())
    assert one.flags == ["ehcp"]
    assert one.parents.count() == 1
    row = AuditRow.objects.filter(action="missing.begun").get()
    assert pupil.surname not in str(row.payload)


def test_the_yearly_review_counts_searches_and_the_days_they_took(django_assert_num_queries) -> None:
    children = [referred() for _ in range(7)]
    for n, one in enumerate(children[:6]):
        found = {"received_on": TODAY - timedelta(days=20), "found_on": TODAY - timedelta(days=2 * n)}
        MissingChild.objects.filter(pk=one.pk).update(state=State.FOUND, **found)
    MissingChild.objects.filter(pk=children[6].pk).update(state=State.RETURNED)
    of_years = monitoring.years_of(2026, TODAY)
    with django_assert_num_queries(2):
        counts, days = (monitoring.shown(one, of_years, None) for one in measures())
    assert [counts.words(n, 0) for n in range(3)] == ["6", "6", "0"]
    assert days.words(0, 0) == "15 days" and days.words(0, 1) == "–"
    MissingChild.objects.filter(pk__in=[one.pk for one in children[:2]]).update(found_on=None)
    counts, days = (monitoring.shown(one, of_years, None) for one in measures())
    assert counts.words(1, 0) == days.words(0, 0) == "hidden: small number"
