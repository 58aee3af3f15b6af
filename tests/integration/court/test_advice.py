"""Legal advice: who takes part, what a solicitor sees while they are instructed, questions, and that nothing of it gets out."""

import io
from datetime import date
from typing import Any

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_court import a_prosecution

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import counted
from mainstay.service.casework.actions import cases
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import offering_advice, owning, reading, servable
from mainstay.service.court.actions import advice, bundles, testing
from mainstay.service.court.models import Advice, Bundle, CodeTest, Hearing, Prosecution, Result, UnusedItem
from mainstay.service.court.models.advice import cases_with_advice
from mainstay.service.court.queries import advice as shown
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
SECRET = "Our case is weak: the register of 14 September cannot be proved."


@pytest.fixture
def one() -> Prosecution:
    return a_prosecution(pupil=a_child())


@pytest.fixture
def legal() -> User:
    return UserFactory(role="legal_coordinator")


def again(user: User) -> User:
    """The same person, asked afresh what they may."""
    return User.objects.get(pk=user.pk)


def instruct(one: Prosecution, by: User, **given: Any) -> Any:
    solicitor = given.pop("solicitor", None) or UserFactory(role="solicitor")
    said = {"case_id": one.case_id, "about": "Review the code test.", "by": by, "at": at(), **given}
    return advice.instruct(solicitor=solicitor, **said)


def say(one: Prosecution, by: User, **given: Any) -> Advice:
    return advice.say(**{"case_id": one.case_id, "text": SECRET, "by": by, "at": at(), **given})


def a_pdf() -> io.BytesIO:
    file = io.BytesIO(b"%PDF-1.7\nmade up\n%%EOF\n")
    file.name = "note.pdf"  # type: ignore[misc]
    return file


def test_who_takes_part_in_the_conversation_of_a_case(one, legal):
    solicitor = instruct(one, legal).solicitor
    other = a_prosecution(pupil=a_child())
    roles = (
        "ewo", "senior_ewo", "service_manager", "legal_coordinator", "business_support", "cme_officer", "school_staff",
        "head_teacher", "solicitor", "information_governance",
    )  # fmt: skip
    taking_part = {
        role for role in roles if cases_with_advice(UserFactory(role=role)).filter(pk=one.case_id).exists()
    }
    assert taking_part == {"service_manager", "legal_coordinator"}
    for member in (one.case.owner, solicitor):
        assert set(cases_with_advice(member)) == {one.case}
    assert not cases_with_advice(other.case.owner).filter(pk=one.case_id).exists()
    with pytest.raises(StepRefused, match="take no part"):
        say(one, other.case.owner)
    ConflictFactory(user=legal, pupil=one.case.pupil)
    assert not cases_with_advice(again(legal)).filter(pk=one.case_id).exists()


def test_a_solicitor_sees_the_papers_of_that_case_until_the_instruction_ends(one, legal):
    other, solicitor = a_prosecution(pupil=a_child()), UserFactory(role="solicitor")
    Bundle.objects.create(prosecution=one, version=1, made_at=at(), made_by=legal)
    made = instruct(one, legal, solicitor=solicitor)
    assert list(Prosecution.objects.visible_to(solicitor)) == [one]
    assert Bundle.objects.visible_to(solicitor).count() == 1
    assert not Entry.objects.visible_to(
        solicitor
    ).exists()  # that they are instructed is privileged, and in a record
    assert not any(solicitor.may(p) for p in ("review_code_test", "prosecute", "see_pupils", "export_lists"))
    one.case.pupil.restricted = True
    assert reading.may_open(solicitor, one.case.pupil)  # the instruction is the reason
    assert not reading.may_open(legal, one.case.pupil)
    with pytest.raises(StepRefused, match="already"):
        instruct(one, legal, solicitor=solicitor)
    ConflictFactory(user=solicitor, school=one.case.school)
    for rows in (Prosecution, Bundle, Hearing, Result, Advice):
        assert not rows.objects.visible_to(again(solicitor)).exists()
    solicitor.conflicts.all().delete()
    question = say(one, one.case.owner, asks_of="solicitor")
    advice.end(instruction_id=made.pk, by=legal, at=later(1))
    solicitor = again(solicitor)
    for rows in (Prosecution, Bundle, Hearing, Result, Advice):
        assert not rows.objects.visible_to(solicitor).exists()
    assert not cases_with_advice(solicitor).exists()
    question.refresh_from_db()
    assert question.asks_of == "legal"  # nobody else is left to answer
    for refused in (
        lambda: say(one, solicitor),
        lambda: advice.answer(question_id=question.pk, text="Yes.", by=solicitor, at=later(2)),
        lambda: advice.end(instruction_id=made.pk, by=legal, at=later(2)),
        lambda: instruct(one, legal, solicitor=UserFactory(role="solicitor"), about=" "),
        lambda: instruct(one, legal, solicitor=UserFactory(role="legal_coordinator")),
        lambda: instruct(one, one.case.owner),
        lambda: instruct(other, solicitor),
    ):
        with pytest.raises(StepRefused):
            refused()
    leaver = instruct(one, legal).solicitor
    assert counted(owning.holds(leaver))[0]["text"] == "1 case instructed in"
    left.send(user=leaver, at=later(3))
    assert not cases_with_advice(leaver).exists()
    conflicted = UserFactory(role="solicitor")
    ConflictFactory(user=conflicted, pupil=one.case.pupil)
    with pytest.raises(StepRefused, match="conflict of interest"):
        instruct(one, legal, solicitor=conflicted)


def test_a_question_waits_for_whoever_must_answer_it(one, legal, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at())
    solicitor, officer = instruct(one, legal).solicitor, one.case.owner
    assert set(advice.may_be_asked(one.case, officer)) == {"legal", "solicitor"}
    assert set(advice.may_be_asked(one.case, solicitor)) == {"officer", "legal"}
    question = say(one, officer, asks_of="solicitor", file=a_pdf())
    deadline = Deadline.objects.get(about_kind="court.advice", about_id=str(question.pk))
    assert (deadline.rule, deadline.last_day, deadline.label) == ("legal-question", date(2026, 11, 30), f"{one.case.number}: answer a question")  # fmt: skip
    assert list(shown.asked_of(solicitor)) == [question] and not shown.asked_of(legal).exists()
    rows, late = shown.question_rows(solicitor, TODAY, 6)
    assert (rows[0].tag, late) == ("by 30 Nov 2026", False)
    assert shown.instructed_rows(solicitor, TODAY)[0].tag == "1 question for you"
    assert [block.title for block in offering_advice.first_page(officer, TODAY)] == []
    reply = advice.answer(question_id=question.pk, text="It is proved.", by=solicitor, at=later(1))
    assert reply.answers == question and not Advice.objects.waiting().exists()
    deadline.refresh_from_db()
    assert deadline.state != Deadline.State.OPEN
    back = say(one, solicitor, asks_of="officer")
    assert list(shown.asked_of(officer)) == [back]
    to, waits = (
        UserFactory(role="ewo"),
        Deadline.objects.get(about_kind="court.advice", about_id=str(back.pk)),
    )
    one.case = cases.allocate(
        case_id=one.case_id, owner=to, because="Leave.", by=UserFactory(role="service_manager"), at=at()
    )
    waits.refresh_from_db()
    assert waits.owner == to
    assert list(shown.asked_of(one.case.owner)) == [back] and not shown.asked_of(officer).exists()
    for nobody in ("solicitor", "somebody"):
        with pytest.raises(StepRefused, match="nobody there"):
            say(one, solicitor, asks_of=nobody)
    with pytest.raises(StepRefused, match="Write the message"):
        say(one, solicitor, text=" ")
    text = io.BytesIO(b"Plain words")
    text.name = "note.txt"  # type: ignore[misc]
    with pytest.raises(StepRefused, match="What can be sent here"):
        say(one, legal, file=text)


def test_an_opinion_on_the_code_test_is_advice_and_takes_no_step(one, legal):
    solicitor = instruct(one, legal).solicitor
    said = {"prosecution_id": one.pk, "text": "A prospect of conviction.", "at": at()}
    with pytest.raises(StepRefused, match="not written yet"):
        advice.opine(opinion="met", by=solicitor, **said)
    Prosecution.objects.filter(pk=one.pk).update(state="testing")
    CodeTest.objects.create(
        prosecution=one, evidential="not_met", evidential_because="Weak.", outcome="stop", decision=one.proposal, at=at(),
        by=one.investigator,
    )  # fmt: skip
    with pytest.raises(StepRefused, match="Only a solicitor"):
        advice.opine(opinion="met", by=legal, **said)
    with pytest.raises(StepRefused, match="Choose"):
        advice.opine(opinion="perhaps", by=solicitor, **said)
    made = advice.opine(opinion="met", by=solicitor, **said)
    assert shown.opinion_on(one) == made
    one.refresh_from_db()
    assert one.state == "testing"
    with pytest.raises(StepRefused, match="Your role"):
        testing.review_test(prosecution_id=one.pk, agrees=True, because="", by=solicitor, at=at())


def test_nothing_of_it_is_served_printed_mailed_or_exported(one, legal):
    solicitor = instruct(one, legal, about=SECRET).solicitor
    question = say(one, one.case.owner, asks_of="solicitor", file=a_pdf())
    advice.answer(question_id=question.pk, text=SECRET, by=solicitor, at=at())
    bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    told = Entry.objects.filter(pupil=one.case.pupil, about_kind="court.instruction")
    assert [entry.audience for entry in told] == ["privileged"]
    assert not set(told) & set(servable.chronology(one, legal))
    mails = Message.objects.order_by("pk")
    assert [mail.to for mail in mails] == [solicitor.email, solicitor.email, one.case.owner.email]
    pupil = one.case.pupil
    export = " ".join(
        str(row) for row in shown.for_export(shown.filtered(legal, {"show": "", "solicitor": None}))
    )
    assert export.count(one.case.number) == 2
    elsewhere = [
        export,
        *(f"{mail.subject} {mail.body}" for mail in mails),
        *(f"{entry.title} {entry.text}" for entry in Entry.objects.all()),
        *UnusedItem.objects.values_list("what", flat=True),
        *map(str, AuditRow.objects.values_list("payload", flat=True)),
        *Deadline.objects.values_list("label", flat=True),
    ]
    assert not [text for text in elsewhere if SECRET in text]
    assert not [mail for mail in mails if pupil.surname in mail.body or pupil.forename in mail.body]
    privileged = UnusedItem.objects.get(prosecution=one, about_id="privileged")
    assert privileged.privileged and "Advice of legal services" in privileged.what


def test_a_case_without_a_prosecution_has_its_conversation_too(legal):
    case = a_case()
    made = advice.instruct(
        case_id=case.pk,
        solicitor=UserFactory(role="solicitor"),
        about="A supervision order.",
        by=legal,
        at=at(),
    )
    advice.say(case_id=case.pk, text="Is it made out?", asks_of="solicitor", by=legal, at=at())
    assert shown.instructed_rows(made.solicitor, TODAY)[0].text.startswith(case.number)
    assert offering_advice.address("court.instruction", str(made.pk)) == f"/cases/{case.pk}/advice/"
