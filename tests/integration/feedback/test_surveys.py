"""Surveys: versions, links that work once, answers that lead back to nobody, figures without small numbers."""

import pytest
from tests.factories import ParentFactory, PupilFactory, UserFactory
from tests.factories_attendance import a_school, at, later
from tests.factories_cases import a_case
from tests.factories_feedback import AT, QUESTIONS, a_survey, answers
from tests.factories_purchased import a_work

from mainstay.service.casework.actions import cases
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import SchoolContact
from mainstay.service.feedback.actions import surveys
from mainstay.service.feedback.models import Answer, Ask
from mainstay.service.feedback.queries import results
from mainstay.service.purchased.actions import writing
from mainstay.service.purchased.models import Place, Work
from mainstay.service.record.announcements import intervention_ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


def asked(manager, survey=None, **given):
    said = {
        "survey": survey or a_survey(manager),
        "service": "case",
        "how": "sheet",
        "most": 1,
        "school": None,
        "by": manager,
        "at": AT,
    }
    return surveys.ask(**{**said, **given})


def first_key(one):
    return one.version.questions[0]["key"]


def test_a_change_makes_a_version_and_an_unchanged_question_keeps_its_key(manager):
    one = a_survey(manager)
    a_survey(manager, survey_id=one.pk)
    assert one.versions.count() == 1
    a_survey(
        manager, survey_id=one.pk, questions=[QUESTIONS[0], {"text": "New?", "kind": "yes_no", "choices": []}]
    )
    new, old = one.versions.all()
    assert new.questions[0]["key"] == old.questions[0]["key"]
    assert [new.number, old.number] == [2, 1]


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [{"text": "?", "kind": "choice", "choices": ["one"]}],
        [{"text": "?", "kind": "stars", "choices": []}],
    ],
)
def test_a_survey_that_cannot_be_answered_is_refused(manager, questions):
    with pytest.raises(StepRefused):
        a_survey(manager, questions=questions)


def test_a_link_brings_as_many_answers_as_it_may_and_is_over_one_day(manager):
    one = asked(manager)
    said = {"ask_id": one.pk, "known": False, "name": "", "at": AT}
    with pytest.raises(StepRefused, match="at least one"):
        surveys.answer(said={first_key(one): "Not a choice"}, **said)
    surveys.answer(said={first_key(one): "Good"}, **said)
    with pytest.raises(StepRefused, match="answered already"):
        surveys.answer(said={first_key(one): "Good"}, **said)
    late = asked(manager)
    late.until = AT.date().replace(day=1)
    late.save()
    with pytest.raises(StepRefused, match="over"):
        surveys.answer(ask_id=late.pk, said={first_key(late): "Good"}, known=False, name="", at=AT)


def test_nobody_guesses_a_link(manager):
    one = asked(manager)
    assert surveys.of_token(surveys.token(one)) == one
    assert surveys.of_token(surveys.token(one)[:-1] + "x") is None
    assert surveys.of_token(str(one.pk)) is None


def test_an_anonymous_answer_leads_back_to_nothing(manager):
    parent = ParentFactory(of=PupilFactory())
    one = asked(manager, parent=parent, how="email")
    rows, messages = AuditRow.objects.count(), Message.objects.count()
    surveys.answer(ask_id=one.pk, said={first_key(one): "Poor"}, known=False, name="Pat Madeup", at=AT)
    kept = Answer.objects.get()
    assert (kept.ask, kept.name) == (None, "")
    # nothing of a time, a person, a school or a request; a random key
    assert {field.name for field in Answer._meta.fields} == {
        "id",
        "version",
        "service",
        "term",
        "ratings",
        "comments",
        "ask",
        "name",
    }
    assert kept.pk.version == 4
    # neither the audit, nor the outbox, nor the request tells when or what was answered
    assert (AuditRow.objects.count(), Message.objects.count()) == (rows, messages)
    assert not {field.name for field in Ask._meta.fields} & {"used_at", "answered_at", "answer"}


def test_who_wishes_to_be_known_is_known(manager):
    one = asked(manager)
    surveys.answer(ask_id=one.pk, said={first_key(one): "Good"}, known=True, name="Pat Madeup", at=AT)
    kept = Answer.objects.get()
    assert (kept.ask, kept.name) == (one, "Pat Madeup")


def shown():
    found = results.filtered({"term": "", "service": "", "who": ""}).select_related("version__survey")
    return results.of_services(found, 5)


def test_few_answers_are_not_shown(manager):
    survey = a_survey(manager)
    answers(survey, manager, 4)
    (group,) = shown()
    assert (group["few"], group["number"], group["questions"]) == (True, "hidden", [])
    assert list(results.for_export([group])) == [
        ("", "Parents and carers", "Casework", "", "", "hidden", "hidden")
    ]


def test_a_rare_answer_is_hidden_with_the_next_rarest(manager):
    survey = a_survey(manager)
    answers(survey, manager, 9, "Very good")
    answers(survey, manager, 6, "Good")
    answers(survey, manager, 1, "Very poor")
    (group,) = shown()
    rows = {row["choice"]: row["number"] for row in group["questions"][0]["rows"]}
    assert rows == {
        "Very good": 9,
        "Good": "hidden",
        "Neither good nor poor": 0,
        "Poor": 0,
        "Very poor": "hidden",
    }
    assert group["questions"][1]["few"]


def test_no_comment_stands_in_the_figures_or_their_file(manager):
    survey = a_survey(manager)
    answers(survey, manager, 6, comment="The officer in the red coat")
    assert "red coat" not in str(shown()) + str(list(results.for_export(shown())))
    found = results.comments(results.filtered({"term": "", "service": "", "who": ""}))
    assert {(row["text"], row["name"]) for row in found} == {("The officer in the red coat", "")}


def end(pupil, manager, about, service="case"):
    intervention_ended.send(service=service, pupil=pupil, school=pupil.school, about=about, by=manager, at=AT)


@pytest.fixture
def at_home(settings):
    settings.CONFIG = settings.CONFIG.model_copy(update={"address": "https://mainstay.example.org"})


def test_when_work_ends_parents_and_the_school_are_asked_once(manager, at_home):
    a_survey(manager)
    a_survey(manager, name="For schools", who="school")
    pupil = PupilFactory()
    SchoolContact.objects.create(
        school=pupil.school, name="Office", post="Office", email="office@example.org"
    )
    parent = ParentFactory(of=pupil, email="pat@example.org")
    ParentFactory(of=pupil, email="careful@example.org", safe_contact="Never by e-mail")
    end(pupil, manager, parent)
    assert sorted(Message.objects.values_list("to", flat=True)) == ["office@example.org", "pat@example.org"]
    body = Message.objects.get(to="pat@example.org").body
    assert "https://mainstay.example.org/survey/" in body
    assert pupil.surname not in body
    end(pupil, manager, parent)
    end(pupil, manager, pupil.school)  # other work, too soon for the same parent
    assert Message.objects.filter(to="pat@example.org").count() == 1


def test_restricted_children_and_work_that_is_not_set_ask_nobody(manager, at_home):
    a_survey(manager)
    pupil = PupilFactory(restricted=True)
    end(pupil, manager, ParentFactory(of=pupil, email="pat@example.org"))
    other = PupilFactory()
    end(other, manager, ParentFactory(of=other, email="lee@example.org"), service="advice")
    assert not Message.objects.exists()


def a_case_closes(case, because):
    cases.close(case_id=case.pk, reason=because, reasons="As it was.", by=case.owner, at=later(1))


@pytest.mark.parametrize(
    ("because", "asked"),
    [("improved", 1), ("moved", 1), ("died", 0), ("in_error", 0), ("social_care", 0), ("legal_outcome", 0)],
)
def test_a_case_that_closes_asks_but_not_after_every_reason(manager, at_home, because, asked):
    a_survey(manager)
    case = a_case()
    ParentFactory(of=case.pupil, email="pat@example.org")
    a_case_closes(case, because)
    assert Ask.objects.count() == Message.objects.filter(to="pat@example.org").count() == asked


def test_finished_training_asks_every_school_that_came_and_once(manager, at_home):
    a_survey(manager, name="For schools", who="school")
    work = a_work(
        "training", details={"capacity": 9, "starts": "9am", "where": "Hall"}, minutes=60, done="Held."
    )
    came, booked = a_school(), a_school()
    for school in (work.school, came, booked):
        SchoolContact.objects.create(school=school, name="O", post="O", email=f"o{school.pk}@example.org")
    there = {"work": work, "name": "A Teacher", "booked_by": work.owner, "booked_at": at()}
    Place.objects.create(school=came, attended=True, **there)
    Place.objects.create(school=booked, attended=False, **there)
    Work.objects.filter(pk=work.pk).update(outcome="They know more.")
    for step in ("share", "finish", "reopen", "finish"):
        writing.take(work_id=work.pk, step=step, by=work.owner, at=at())
    assert set(Ask.objects.values_list("school", "service")) == {
        (work.school.pk, "training"), (came.pk, "training"),
    }  # fmt: skip
    assert Message.objects.filter(subject__startswith="How was it?").count() == 2
