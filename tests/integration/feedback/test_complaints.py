"""Complaints: stages and clocks, what is held for a court, and that nobody meets one about themselves."""

from datetime import date, timedelta

import pytest
from tests.factories import UserFactory
from tests.factories_feedback import AT, a_complaint, a_survey, answers

from mainstay.service.accounts.announcements import not_withheld
from mainstay.service.common import search
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.feedback import offering
from mainstay.service.feedback.actions import clocks, complaints, receiving
from mainstay.service.feedback.models import Clock, Complaint
from mainstay.service.feedback.monitored import measures
from mainstay.service.feedback.queries import complaints as shown
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team import monitoring
from mainstay.service.team import values as team_values
from mainstay.service.team.terms import term_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def manager():
    return UserFactory(role="service_manager", name="Ruth Calder")


@pytest.fixture
def other():
    return UserFactory(role="service_manager", name="Ivo Fairweather")


def take(one, step, by, at=AT, **given):
    said = {"text": "In plain words."} | ({"outcome": "partly"} if step in complaints.DECIDING else {})
    return complaints.take(complaint_id=one.pk, step=step, by=by, at=at, **{**said, **given})


def give(one, by, **given):
    said = {"kind": one.kind, "route": "corporate", "officers": [], "handler": by}
    return complaints.give(complaint_id=one.pk, by=by, at=AT, **{**said, **given})


def acknowledged(by, **given):
    one = a_complaint()
    give(one, by, **given)
    return take(one, "acknowledge", by)


def clock(one, rule):
    return Clock.objects.get(complaint=one, rule=rule)


def test_the_times_are_the_councils_in_working_days(manager):
    one = acknowledged(manager)
    assert clock(one, "ack").last_day == date(2026, 11, 26)
    assert (clock(one, "ack").state, clock(one, "answer").last_day) == ("met", date(2026, 12, 21))
    take(one, "answer", manager)
    take(one, "escalate", manager)
    assert clock(one, "ack_2").last_day == date(2026, 11, 30)
    take(one, "acknowledge_2", manager)
    assert clock(one, "answer_2").last_day == date(2026, 12, 21)
    children = acknowledged(manager, route="children")
    assert clock(children, "answer").last_day == date(2026, 12, 7)
    team_values.set_value(
        name="complaint_answer_children", value=5, since=AT.date(), reason="Ours", by=manager, at=AT
    )
    assert clock(acknowledged(manager, route="children"), "answer").last_day == date(2026, 11, 30)


def test_what_is_late_is_missed(manager):
    one = a_complaint()
    give(one, manager)
    take(one, "acknowledge", manager, AT + 4 * DAY)
    assert clock(one, "ack").state == "missed"
    stages = {
        row["rule"]: (row["met"], row["missed"])
        for row in shown.report(manager, term_of(AT.date()), AT.date())["stages"]
    }
    assert stages["ack"] == (0, 1)


def test_what_runs_and_is_past_its_day_is_late_in_the_report(manager):
    a_complaint()
    for later, said in ((0, (0, 0, 1)), (4, (0, 1, 0))):
        (row,) = shown.report(manager, term_of(AT.date()), AT.date() + later * DAY)["stages"]
        assert (row["missed"], row["overdue"], row["running"]) == said


def test_no_letter_is_made_for_nobody_until_a_way_is_added_or_no_answer_is_possible(manager):
    one, other = a_complaint(email=""), a_complaint(email="")
    for each in (one, other):
        give(each, manager)
        with pytest.raises(StepRefused, match="No way to reach them"):
            take(each, "acknowledge", manager)
    give(one, manager, email="pat@example.org", phone="", address="")
    assert AuditRow.objects.get(action="complaint.reached_by").payload["fields"] == ["email"]
    assert take(one, "acknowledge", manager).letters.get().emailed
    with pytest.raises(StepRefused, match="There is a way"):
        take(one, "unanswered", manager)
    with pytest.raises(StepRefused, match="Say why"):
        take(other, "unanswered", manager, text="")
    closed = take(other, "unanswered", manager, text="No name, no address; the team was told.")
    assert (closed.state, closed.outcome, clock(other, "ack").state) == ("closed", "unanswered", "dropped")
    called = a_complaint(email="", phone="01632 960001")
    give(called, manager)
    assert not take(called, "acknowledge", manager).letters.get().emailed


def test_it_goes_through_its_stages_to_the_ombudsman_and_closes_with_what_was_learned(manager):
    one = acknowledged(manager)
    with pytest.raises(StepRefused, match="upheld"):
        take(one, "answer", manager, outcome="")
    take(one, "answer", manager, remedy="An apology.")
    for on in (AT.date() - 9 * DAY, AT.date() + DAY):
        with pytest.raises(StepRefused, match="asked for after the answer"):
            take(one, "escalate", manager, asked_on=on)
    take(one, "escalate", manager, AT + 7 * DAY, asked_on=AT.date() + DAY)
    assert clock(one, "ack_2").starts_on == AT.date() + DAY
    take(one, "acknowledge_2", manager)
    with pytest.raises(StepRefused, match="let somebody else handle it"):
        take(one, "answer_2", manager)
    take(one, "answer_2", manager, again="There is one manager.")
    assert one.notes.filter(title="The same person answers again", text="There is one manager.").exists()
    said = Message.objects.order_by("pk").last().body
    assert "Ombudsman" in said and "An apology." not in said and one.reference in said
    take(one, "ombudsman", manager)
    with pytest.raises(StepRefused, match="learned"):
        take(one, "close", manager)
    closed = take(one, "close", manager, learning="Call back the same day.")
    assert (closed.state, closed.learning) == ("closed", "Call back the same day.")
    assert not Clock.objects.filter(complaint=one, state="open").exists()


def test_somebody_else_answers_at_stage_2_without_a_reason(manager, other):
    one = acknowledged(manager)
    for step in ("answer", "escalate", "acknowledge_2"):
        take(one, step, manager)
    assert take(one, "answer_2", other).state == "answered_2"


def test_other_times_count_anew_from_the_same_day(manager):
    one = acknowledged(manager)
    before = clock(one, "answer")
    give(one, manager, route="children")
    after = clock(one, "answer")
    assert after.starts_on == before.starts_on and after.last_day < before.last_day
    assert one.notes.filter(title="Its times are those of: Children’s services").exists()


def test_a_question_is_answered_at_once_and_may_become_a_complaint(manager):
    one = a_complaint(kind="query")
    give(one, manager)
    with pytest.raises(StepRefused, match="without stages"):
        take(one, "acknowledge", manager)
    assert clock(one, "light").last_day == date(2026, 11, 30)
    give(one, manager, kind="complaint")
    assert (clock(one, "light").state, clock(one, "ack").state) == ("dropped", "open")
    second = a_complaint(kind="concern")
    give(second, manager)
    assert take(second, "settle", manager).state == "closed"


def test_letters_are_kept_with_the_complaint_and_go_by_e_mail_where_an_address_is_known(manager):
    one = acknowledged(manager)
    letter = one.letters.get()
    assert store.read(letter.file).startswith(b"%PDF")
    assert letter.emailed
    assert one.reference in Message.objects.order_by("pk").last().subject
    unknown = a_complaint(email="", address="9 Invented Road")
    give(unknown, manager)
    before = Message.objects.count()
    take(unknown, "acknowledge", manager)
    assert (unknown.letters.get().emailed, Message.objects.count()) == (False, before)


def test_all_of_it_held_for_a_court_stands_still_and_begins_anew(manager):
    one = acknowledged(manager)
    complaints.hold(
        complaint_id=one.pk, part="Whether the absence was authorised", rest=False, by=manager, at=AT
    )
    assert clock(one, "answer").state == "paused"
    with pytest.raises(StepRefused, match="court"):
        take(one, "answer", manager)
    complaints.resume(complaint_id=one.pk, text="Acquitted", by=manager, at=AT + 7 * DAY)
    assert (clock(one, "answer").state, clock(one, "answer").last_day) == ("open", date(2026, 12, 30))
    assert take(one, "answer", manager, AT + 7 * DAY).state == "answered_1"


def test_the_rest_is_answered_and_what_was_held_afterwards(manager):
    one = acknowledged(manager)
    complaints.hold(
        complaint_id=one.pk, part="Whether the absence was authorised", rest=True, by=manager, at=AT
    )
    assert clock(one, "answer").state == "open"
    take(one, "answer", manager)
    assert "Whether the absence was authorised" in Message.objects.order_by("pk").last().body
    with pytest.raises(StepRefused, match="still held"):
        take(one, "close", manager, learning="x")
    one = complaints.resume(complaint_id=one.pk, text="Convicted", by=manager, at=AT + 7 * DAY)
    assert (one.state, clock(one, "answer").state) == ("stage_1", "open")


def test_nobody_handles_a_complaint_about_themselves(manager, other):
    one = a_complaint()
    with pytest.raises(StepRefused, match="about themselves"):
        give(one, manager, officers=[other], handler=other)


def test_the_name_that_was_written_hides_it_at_once(manager, other):
    one = a_complaint(person="Mrs Calder, I think")
    assert list(one.officers.all()) == [manager]
    assert not Complaint.objects.visible_to(manager).filter(pk=one.pk).exists()
    assert Complaint.objects.visible_to(other).filter(pk=one.pk).exists()
    assert receiving.named("the lady at the desk") == []


def test_information_governance_sees_those_about_whoever_handles_them_alone(manager):
    governance = UserFactory(role="information_governance")
    about, not_about = a_complaint(person="Ruth Calder"), a_complaint()
    assert list(Complaint.objects.visible_to(governance)) == [about]
    assert [row.href for block in offering.own_work(governance, AT.date()) for row in block.rows] == [
        f"/complaints/{about.pk}/"
    ]
    assert Complaint.objects.visible_to(manager).get() == not_about


class TestHiddenFromWhomItIsAbout:
    @pytest.fixture
    def one(self, manager, other):
        one = a_complaint(person="Ruth Calder")
        give(one, other, officers=[manager])
        return take(one, "acknowledge", other)

    def test_in_lists_and_their_files(self, one, manager, other):
        wanted = {"state": "all", "kind": ""}
        assert shown.rows(shown.filtered(manager, wanted, AT.date())) == []
        assert list(shown.for_export(shown.filtered(manager, wanted, AT.date()))) == []
        assert len(shown.rows(shown.filtered(other, wanted, AT.date()))) == 1

    def test_in_the_report(self, one, manager, other):
        assert {row["number"] for row in shown.report(manager, term_of(AT.date()), AT.date())["kinds"]} == {0}
        assert shown.report(manager, term_of(AT.date()), AT.date())["stages"] == []
        assert sum(row["number"] for row in shown.report(other, term_of(AT.date()), AT.date())["kinds"]) == 1

    @pytest.mark.parametrize("text", ["number", "reference"])
    def test_in_search(self, one, manager, other, text):
        assert offering.by_number(manager, getattr(one, text)) == []
        assert len(offering.by_number(other, getattr(one, text))) == 1
        assert not any(
            hit.kind == "complaint"
            for given in search.numbers.ask(manager, getattr(one, text))
            for hit in given
        )

    def test_in_chronologies_and_deadlines_there_is_nothing_at_all(self, one):
        assert not Entry.objects.exists()
        assert not Deadline.objects.exists()

    def test_on_the_first_page(self, one, manager, other):
        one.clocks.update(last_day=date(2020, 1, 1))
        for line in offering.counted(manager, AT.date()):
            assert line.rows(manager).count() == 0
        assert [line.rows(other).count() for line in offering.counted(other, AT.date())] == [0, 1]

    def test_in_the_audit_trail_and_the_outbox(self, one, manager, other):
        mine = ("feedback.complaint", str(one.pk))
        for model, kind, key in ((AuditRow, "on_kind", "on_id"), (Message, "about_kind", "about_id")):
            rows = model.objects.filter(**{kind: mine[0], key: mine[1]})
            assert rows.exists()
            assert not not_withheld(rows, manager, kind, key).exists()
            assert not_withheld(rows, other, kind, key).count() == rows.count()

    def test_in_reminders(self, one, manager, other):
        one.clocks.update(last_day=AT.date(), state="open", reminded_on=None)
        clocks.daily(on=AT.date(), last=None)
        assert {row.to for row in Message.objects.filter(subject__startswith="CP-")} == {other.email}
        Complaint.objects.update(handler=None)
        assert manager not in clocks.told_of(Complaint.objects.get())

    def test_in_every_step(self, one, manager):
        for act, more in (
            (complaints.hold, {"part": "x", "rest": True}),
            (complaints.resume, {"text": "x"}),
            (complaints.write_down, {"text": "x", "learning": "", "remedy": ""}),
            (complaints.take, {"step": "answer", "text": "x"}),
        ):
            with pytest.raises(StepRefused, match="cannot see"):
                act(complaint_id=one.pk, by=manager, at=AT, **more)


def test_no_audit_row_tells_who_complained_or_about_whom(manager):
    one = a_complaint(person="Ruth Calder")
    said = " ".join(str(row.payload) for row in AuditRow.objects.filter(on_id=str(one.pk)))
    assert not any(word in said for word in ("Madeup", "Calder", "pat@", "called"))


def test_a_leaver_handles_nothing_any_more(manager):
    one = acknowledged(manager)
    offering.gone(user=manager, at=AT)
    one.refresh_from_db()
    assert one.handler is None


def test_the_yearly_review_counts_answers_and_times_kept(manager, django_assert_num_queries):
    survey = a_survey(manager)
    answers(survey, manager, 6, "Very good")
    answers(survey, manager, 2, "Poor")
    answers(survey, manager, 3, "Good", service="training")
    for n in range(6):
        one = a_complaint()
        state = "met" if n < 4 else "missed"
        Clock.objects.filter(complaint=one).delete()
        said = {"label": "x", "starts_on": AT.date() - 9 * DAY, "last_day": AT.date() - DAY}
        Clock.objects.create(complaint=one, rule="answer", state=state, **said)
        Clock.objects.create(complaint=one, rule="ack", state="paused", **said)
    of_years = monitoring.years_of(2026, AT.date())
    with django_assert_num_queries(3):
        number, good, kept = (monitoring.shown(one, of_years, None) for one in measures())
    assert [line.label for line in number.lines] == ["Casework", "Training and assemblies"]
    # one small number would be told by the other and the sum
    assert {number.words(n, 0) for n in range(2)} == {"hidden: small number"}
    assert {good.words(n, 0) for n in range(2)} == {"hidden: small number"}
    words = {line.label: kept.words(n, 0) for n, line in enumerate(kept.lines)}
    assert words["Answer at stage 1"] == "66.7%" and words["Acknowledge"] == "–"
    answers(survey, manager, 2, "Poor", service="training")
    number, good = (monitoring.shown(one, of_years, None) for one in measures()[:2])
    assert [number.words(n, 0) for n in range(2)] == ["8", "5"]
    assert [good.words(n, 0) for n in range(2)] == ["75.0%", "60.0%"]
