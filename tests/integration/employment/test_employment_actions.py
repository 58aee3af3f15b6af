"""Permits, licences, chaperones, approvals, reports and referrals: what is refused, and what is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.factories import LinkOfficerFactory, PupilFactory, SecondaryFactory, UserFactory
from tests.factories_employment import (
    AT,
    BORN,
    TODAY,
    a_chaperone,
    a_licence,
    a_permit,
    a_report,
    a_worker,
    an_approval,
    granted,
    licence_fields,
    officer,
    permit_fields,
)

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import counted
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.documents import runs
from mainstay.service.documents.models import Service
from mainstay.service.employment import checks, values
from mainstay.service.employment.actions import applying, asking, deciding, handing, reporting
from mainstay.service.employment.models import Draft, Licence, Permit, Report, SchoolView
from mainstay.service.employment.steps import LICENCE, PERMIT
from mainstay.service.employment.watching import day, holds, left
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team.models import DutyDay

pytestmark = pytest.mark.django_db


def missing(one, step="grant", table=PERMIT):
    one = type(one).objects.get(pk=one.pk)
    one.looked_on = TODAY
    return " ".join(table[step].missing(one))


def test_a_permit_is_granted_numbered_and_ends_with_school_age():
    pupil, by = a_worker(), officer()
    one = granted(a_permit(pupil, by), "permit", by)
    assert one.state == "granted" and one.number == f"EP-{one.pk:06}" and one.expires_on == date(2027, 6, 25)
    assert one.document.pupil_id == pupil.pk and one.document.values["reference"] == one.number
    assert one.decision.answer["weeks"][0]["allowed"] and one.decision.rules_version
    assert "1 Invented Road" not in str(
        one.document.values["facts"]
    )  # an employer learns nothing of the home
    assert not Deadline.objects.open().filter(about_id=str(one.pk), about_kind="employment.permit").exists()
    assert Entry.objects.filter(
        pupil=pupil, kind="employment", audience="school", title__contains="granted"
    ).exists()
    message = Message.objects.get(to="baker@example.org")
    assert one.number in message.subject and "Ada" not in message.body
    day(on=date(2027, 6, 26), last=None)
    one.refresh_from_db()
    assert one.state == "ended" and one.ended_on == date(2027, 6, 25)


def test_what_is_missing_stands_in_words_and_blocks_the_grant():
    by = officer()
    one = a_permit(
        by=by, parent_signed_on=None, insurer="", risk_text="", free_weeks=None, school_week=[[0, 960, 1200]]
    )
    said = missing(one)
    for words in ("Find the child", "A parent signs", "insured", "risk assessment", "free of work",
                  "work ends after 7pm", "4 hours, and the most is 2 hours"):  # fmt: skip
        assert words in said
    with pytest.raises(StepRefused, match="work ends after 7pm"):
        granted(one, "permit", by)
    one.refresh_from_db()
    assert one.state == "received" and one.document is None


def test_the_school_has_its_days_and_its_answer_is_kept():
    pupil, by = a_worker(), officer()
    one = applying.apply(kind="permit", said=permit_fields(), source="public", at=AT)
    applying.identify(kind="permit", pk=one.pk, pupil=pupil, off_record="", by=by, at=AT)
    assert "Ask the child’s school" in missing(one)
    view = asking.ask(kind="permit", pk=one.pk, by=by, at=AT)
    assert "has until" in missing(one)
    with pytest.raises(StepRefused, match="asked already"):
        asking.ask(kind="permit", pk=one.pk, by=by, at=AT)
    other = UserFactory(role="school_staff", school=SecondaryFactory())
    with pytest.raises(StepRefused, match="cannot see"):
        asking.answer(view_id=view.pk, answer="content", text="", leave=None, by=other, at=AT)
    school = UserFactory(role="school_staff", school=pupil.school)
    assert list(SchoolView.objects.visible_to(school)) == [view]
    with pytest.raises(StepRefused, match="what the concern is"):
        asking.answer(view_id=view.pk, answer="objects", text=" ", leave=None, by=school, at=AT)
    asking.answer(view_id=view.pk, answer="objects", text="61% this term.", leave=None, by=school, at=AT)
    assert missing(one) == ""  # the officer weighs it, and may refuse
    refused = deciding.refuse(kind="permit", pk=one.pk, reasons="Attendance is 61%.", by=by, at=AT)
    parts = {part["label"]: part["text"] for part in refused.document.values["parts"]}
    assert parts["Reasons"] == "Attendance is 61%." and "manager" in parts["If you do not agree"]


def test_the_2026_act_is_refused_until_its_day_is_known():
    with pytest.raises(StepRefused, match="No day is appointed"):
        applying.apply(
            kind="permit", said=permit_fields(regime="CWSA2026"), source="staff", by=officer(), at=AT
        )
    assert checks.regime_refused("CYPA-byelaws", TODAY) is None


def test_byelaws_are_values_with_a_history():
    by, pupil = officer(), a_worker(date_of_birth=date(2013, 5, 1))
    one = a_permit(pupil, by, born_on=date(2013, 5, 1), work="listed", work_listed="Newspapers")
    assert "nobody under 14" in missing(one)
    values.set_value(
        name="byelaws_13", value=True, since=TODAY + timedelta(days=400), reason="Read.", by=by, at=AT
    )
    assert "nobody under 14" in missing(one)  # from that day on
    with pytest.raises(StepRefused, match="from today"):
        values.set_value(name="byelaws_13", value=True, since=date(2020, 1, 1), reason="Read.", by=by, at=AT)
    values.set_value(
        name="byelaws_13", value=True, since=TODAY, reason="The byelaws were read.", by=by, at=AT
    )
    assert "nobody under 14" not in missing(one)
    with pytest.raises(StepRefused, match="Your role"):
        values.set_value(
            name="byelaws_13", value=True, since=TODAY, reason="x", by=UserFactory(role="ewo"), at=AT
        )


def test_a_change_is_asked_of_the_law_and_makes_a_new_paper():
    pupil, by = a_worker(), officer()
    one = granted(a_permit(pupil, by), "permit", by)
    first = one.document_id
    with pytest.raises(StepRefused, match="the most is 2 hours"):
        deciding.change(pk=one.pk, changes={"school_week": [[6, 540, 720]]}, because="Sundays", by=by, at=AT)
    changed = deciding.change(
        pk=one.pk, changes={"school_week": [[6, 540, 660]]}, because="Sundays", by=by, at=AT
    )
    assert changed.document_id != first and changed.changes.get().before["school_week"][0][0] == 5
    revoked = deciding.revoke(kind="permit", pk=one.pk, reasons="Worked at night.", by=by, at=AT)
    assert revoked.state == "revoked" and revoked.ended_on == TODAY


def test_days_of_performing_are_counted_over_all_producers():
    pupil, by = a_worker(), officer()
    granted(a_licence(pupil, by), "licence", by)
    free = {"payment": False, "producer": "Another Stage", "days": [
        {"on": date(2027, 1, n), "arrives": 960, "leaves": 1200, "acting": 60} for n in (9, 16)]}  # fmt: skip
    one = a_licence(pupil, by, **free)
    answer = checks.licence(Licence.objects.get(pk=one.pk))
    assert (answer.needed, answer.ground, answer.days_counted) == (False, "four_days", 4)
    assert "No licence is needed" in missing(one, table=LICENCE)
    again = a_licence(pupil, by, **free, declared=["2026-11-14"])
    assert checks.licence(Licence.objects.get(pk=again.pk)).ground == "days"


def test_a_late_licence_is_taken_with_a_reason_only():
    pupil, by = a_worker(), officer()
    soon = [{"on": date(2026, 12, 5), "arrives": 960, "leaves": 1200, "acting": 60}]
    one = a_licence(pupil, by, days=soon)
    assert "say why it is taken all the same" in missing(one, table=LICENCE)
    applying.correct(kind="licence", pk=one.pk, changes={"late_because": "A child fell ill."}, by=by, at=AT)
    assert missing(one, table=LICENCE) == ""
    made = granted(one, "licence", by)
    assert made.expires_on == date(2026, 12, 5) and made.document.values["tables"][0]["rows"]
    night = a_licence(
        pupil, by, days=[{"on": date(2027, 1, 5), "arrives": 1100, "leaves": 1410, "acting": 60}]
    )
    assert "must have left by 11pm" in missing(night, table=LICENCE)
    school = a_licence(pupil, by, absence=True)
    assert "how the child is taught" in missing(school, table=LICENCE)


def test_nobody_is_called_approved_whom_only_the_applicant_names():
    pupil, by = a_worker(), officer()
    said = {"care": "chaperone", "carer": "Nel Named", "carer_council": "Invented Borough"}
    one = a_licence(pupil, by, **said)
    assert "choose one of ours who is approved, or say which council" in missing(one, table=LICENCE)
    with pytest.raises(StepRefused, match="only names the chaperone"):
        granted(one, "licence", by)
    refused = deciding.refuse(kind="licence", pk=one.pk, reasons="Nobody knows her.", by=by, at=AT)
    paper = refused.document.values
    assert "approved" not in str(paper["facts"]) and ["Applicant", "Invented Stage"] in paper["facts"]
    assert paper["to"] == ["Pia Producer", "Invented Stage", "3 Invented Road"]
    asked = granted(a_licence(pupil, by, carer_asked_on=TODAY, **said), "licence", by).document.values[
        "facts"
    ]
    assert [
        "In the charge of",
        "Nel Named (chaperone approved by Invented Borough, which was asked on Monday 23 November 2026)",
    ] in asked
    ours = granted(a_chaperone(by), "chaperone", by)
    made = granted(a_licence(pupil, by, care="chaperone", chaperone=ours), "licence", by)
    assert f"approved by this council, {ours.number}" in str(made.document.values["facts"])


def test_a_decision_lies_to_be_posted_and_its_message_fits_it():
    by = officer()
    one = a_permit(a_worker(), by, employer_address="2 Invented Road, SO99 9ZZ")
    deciding.refuse(kind="permit", pk=one.pk, reasons="Too late at night.", by=by, at=AT)
    letter = Service.objects.get(document__about_kind="employment.permit", document__about_id=str(one.pk))
    assert (letter.addressee_name, letter.address) == ("Corner Bakery", "2 Invented Road, SO99 9ZZ")
    assert list(runs.to_print(Service.objects.visible_to(UserFactory(role="business_support")))) == [letter]
    body = Message.objects.get(to="baker@example.org").body
    assert "may not begin" in body and "before you have it" not in body


def test_bodies_and_chaperones_are_approved_for_their_time():
    by = officer()
    with pytest.raises(StepRefused, match="13 children and 1 chaperones"):
        granted(an_approval(by, children=13), "approval", by)
    assert granted(an_approval(by), "approval", by).expires_on == date(2026, 12, 12)
    with pytest.raises(StepRefused, match="DBS"):
        granted(a_chaperone(by, dbs_on=None), "chaperone", by)
    one = granted(a_chaperone(by), "chaperone", by)
    assert one.expires_on == date(2029, 11, 22)
    assert (
        Deadline.objects.get(
            about_kind="employment.chaperone", about_id=str(one.pk), rule="employment-renew"
        ).last_day
        == one.expires_on
    )
    said = {"pk": one.pk, "production": "Oliver", "venue": "Hall", "noticed_on": TODAY, "by": by, "at": AT}
    with pytest.raises(StepRefused, match="at most 12"):
        handing.engage(first_on=date(2026, 12, 20), last_on=date(2026, 12, 20), children=13, **said)
    with pytest.raises(StepRefused, match="before the last day"):
        handing.engage(first_on=date(2029, 12, 20), last_on=date(2029, 12, 20), children=3, **said)
    made = handing.engage(first_on=date(2026, 12, 1), last_on=date(2026, 12, 2), children=12, **said)
    assert handing.late(made, 21)


def test_risk_comes_first_and_the_six_months_run_from_the_offence():
    by, pupil = officer(), a_worker()
    one = a_report(pupil, by=UserFactory(role="ewo"), danger=True)
    assert Deadline.objects.get(about_id=str(one.pk), rule="employment-triage").last_day == TODAY
    with pytest.raises(StepRefused, match="hub or the police first"):
        reporting.triage(pk=one.pk, risk="mash", told_whom="", reasons="Debt is spoken of.", by=by, at=AT)
    reporting.triage(
        pk=one.pk, risk="mash", told_whom="Hub, ref 12", reasons="Debt is spoken of.", by=by, at=AT
    )
    with pytest.raises(StepRefused, match="visit before it is closed"):
        reporting.close(
            pk=one.pk, outcome="nothing", reasons="x", offence_from=None, offence_to=None, by=by, at=AT
        )
    reporting.visit(kind="report", pk=one.pk, on=TODAY, where="There", met="The owner", checks_=[], outcome="stopped",
                    text="Sent home.", by=by, at=AT)  # fmt: skip
    with pytest.raises(StepRefused, match="from when to when"):
        reporting.close(
            pk=one.pk, outcome="prosecution", reasons="x", offence_from=None, offence_to=None, by=by, at=AT
        )
    with pytest.raises(StepRefused, match="out of time"):
        reporting.close(
            pk=one.pk,
            outcome="prosecution",
            reasons="x",
            offence_from=date(2026, 5, 1),
            offence_to=None,
            by=by,
            at=AT,
        )
    closed = reporting.close(pk=one.pk, outcome="prosecution", reasons="Warned twice.", offence_from=date(2026, 8, 31),
                             offence_to=TODAY, by=by, at=AT)  # fmt: skip
    assert Deadline.objects.get(about_id=str(one.pk), rule="employment-limitation").last_day == date(
        2027, 2, 28
    )
    assert closed.closing.answer["safe_date"] == "2027-02-28"
    reporting.told(pk=one.pk, whom="school", what="By telephone.", on=TODAY, by=by, at=AT)
    assert Entry.objects.filter(pupil=pupil, audience="school", title__contains="school was told").exists()


def test_a_fear_for_a_child_is_told_at_once_and_names_nobody():
    by, desk, manager = officer(), UserFactory(role="ewo"), UserFactory(role="service_manager")
    a_report(child="Ada Fenwick")
    assert not Message.objects.exists()
    DutyDay.objects.create(on=TODAY, officer=desk, set_by=manager, set_at=AT)
    one = a_report(child="Ada Fenwick", danger=True)
    told = Message.objects.filter(about_id=str(one.pk))
    assert {message.to for message in told} == {by.email, desk.email}
    assert all(one.number in m.body and "Ada" not in m.body and "Car Wash" not in m.body for m in told)
    User.objects.filter(pk=by.pk).update(is_active=False)
    DutyDay.objects.all().delete()
    late = a_report(danger=True)
    assert [message.to for message in Message.objects.filter(about_id=str(late.pk))] == [manager.email]


def test_the_time_to_prosecute_never_runs_from_the_day_a_report_came():
    seen = reporting.limits(a_report(seen_on=date(2026, 8, 31)))
    assert seen is not None and seen.safe_date == date(2027, 2, 28)
    assert reporting.limits(a_report(seen_on=None)) is None


def test_a_child_is_referred_to_an_officer_who_answers():
    by, pupil = officer(), a_worker()
    ewo = LinkOfficerFactory(school=pupil.school).officer
    one = handing.refer(pupil=pupil, officer=ewo, text="Works at night, tired at school.", by=by, at=AT)
    with pytest.raises(StepRefused, match="waiting already"):
        handing.refer(pupil=pupil, officer=ewo, text="Again.", by=by, at=AT)
    with pytest.raises(StepRefused, match="Only the officer"):
        handing.answer(pk=one.pk, step="accept", text="", by=by, at=AT)
    with pytest.raises(StepRefused, match="why it is sent back"):
        handing.answer(pk=one.pk, step="return", text="", by=ewo, at=AT)
    assert (
        handing.answer(pk=one.pk, step="accept", text="Visit on Monday.", by=ewo, at=AT).state == "accepted"
    )


def test_who_may_see_and_change_what():
    pupil, by = a_worker(), officer()
    one = a_permit(pupil, by)
    ewo = UserFactory(role="ewo")
    assert list(Permit.objects.visible_to(ewo)) == [one]
    assert not Permit.objects.visible_to(UserFactory(role="school_staff", school=pupil.school)).exists()
    for user in (ewo, UserFactory(role="school_staff", school=pupil.school)):
        with pytest.raises(StepRefused, match="Your role"):
            deciding.grant(kind="permit", pk=one.pk, reasons="x", conditions=[], by=user, at=AT)
    hidden = a_worker(restricted=True)
    with pytest.raises(StepRefused, match="cannot see this pupil"):
        applying.identify(kind="permit", pk=one.pk, pupil=hidden, off_record="", by=by, at=AT)


def test_records_joined_leavers_and_old_forms():
    by, kept, other = officer(), a_worker(), a_worker()
    one = a_permit(other, by)
    report = a_report(other, by=by)
    moved: dict[str, list[int]] = {}
    pupils_merged.send(kept=kept, other=other, moved=moved, by=by, at=AT)
    one.refresh_from_db()
    assert one.pupil_id == kept.pk and moved["employment.report"] == [report.pk]
    assert any("employment permit" in each["text"] for each in counted(holds(by)))
    left(user=by, at=AT)
    one.refresh_from_db()
    assert one.owner is None and counted(holds(by)) == []
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Draft.objects.create(form="report", code_hash="x", begun_at=long_ago, changed_at=long_ago)
    day(on=TODAY, last=None)
    assert not Draft.objects.exists()


def test_dates_of_birth_that_differ_are_settled_first():
    by = officer()
    one = a_permit(PupilFactory(school=SecondaryFactory(), date_of_birth=date(2012, 5, 1)), by)
    assert one.born_on == BORN and "settle which" in missing(one)
    assert Report.objects.count() == 0 and "No licence" not in missing(one) and licence_fields()["payment"]
