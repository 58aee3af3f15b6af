"""A sample can be drawn again from its seed; a second person moderates; the officer reads what was settled, no sooner."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at, later
from tests.factories_cases import a_case
from tests.factories_team import a_manager, an_officer

from mainstay.service.casework.actions import cases
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.team import values
from mainstay.service.team.actions import quality as actions
from mainstay.service.team.models import Review, Sample
from mainstay.service.team.queries import quality as shown
from mainstay.service.team.terms import term_of

pytestmark = pytest.mark.django_db
TERM = term_of(TODAY)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def drawn(officer: Any, by: Any) -> Sample:
    return actions.draw(officer=officer, term=TERM, by=by, at=at())


def test_the_same_seed_draws_the_same_records_from_what_was_worked_on_in_the_term() -> None:
    officer, manager = an_officer(), a_manager()
    for _ in range(8):
        a_case(owner=officer)
    old = a_case(owner=officer, when=later(-200))
    cases.close(case_id=old.pk, reason="moved", reasons="Away.", by=officer, at=later(-150))
    a_case()  # somebody else's
    sample = drawn(officer, manager)
    keys = [f"{one.about_kind}:{one.about_id}" for one in sample.reviews.order_by("pk")]
    assert len(sample.drawn_from) == 8 and f"casework.case:{old.pk}" not in sample.drawn_from
    assert keys == actions.draw_keys(sample.drawn_from, 3, sample.seed)
    with pytest.raises(StepRefused, match="drawn already"):
        drawn(officer, manager)
    with pytest.raises(StepRefused, match="worked on nothing"):
        drawn(an_officer(), manager)


def reviewed(one: Review, by: Any, overall: str = "Good") -> Review:
    grades = [["The child’s voice is heard and recorded", overall, ""]]
    given = {"grades": grades, "overall": overall, "themes": ["Timeliness"], "said": "Sound."}
    return actions.review(review_id=one.pk, **given, by=by, at=at())


def test_a_second_person_moderates_and_says_why_another_grade_stands() -> None:
    officer, manager, senior = an_officer(), a_manager(), UserFactory(role="senior_ewo")
    a_case(owner=officer)
    one = drawn(officer, manager).reviews.get()
    said: dict[str, Any] = {"review_id": one.pk, "at": at()}
    with pytest.raises(StepRefused, match="this review is drawn"):
        actions.moderate(**said, grade="Good", reasons="", by=senior)
    with pytest.raises(StepRefused, match="Give every line"):
        reviewed(one, senior, "Splendid")
    reviewed(one, senior)
    with pytest.raises(StepRefused, match="somebody else"):
        actions.moderate(**said, grade="Good", reasons="", by=senior)
    with pytest.raises(StepRefused, match="Say why"):
        actions.moderate(**said, grade="Inadequate", reasons=" ", by=manager)
    actions.moderate(**said, grade="Inadequate", reasons="No visit for ten weeks.", by=manager)
    found = shown.reviews(manager, TERM)
    whole = next(
        row for row in shown.by_grade(found, ["Good", "Inadequate"]) if row["line"] == "The whole record"
    )
    assert (whole["Good"], whole["Inadequate"]) == (0, 1)
    assert shown.by_theme(found) == [{"theme": "Timeliness", "number": 1}]


def test_an_officer_reads_what_was_settled_about_their_own_work_and_says_something_once() -> None:
    officer, manager, senior, other = an_officer(), a_manager(), UserFactory(role="senior_ewo"), an_officer()
    a_case(owner=officer)
    one = drawn(officer, manager).reviews.get()
    mine, theirs, address = signed_in(officer), signed_in(other), reverse("own_review", args=[one.pk])
    reviewed(one, senior)
    assert mine.get(address).status_code == 404  # until a second person has settled it
    Message.objects.all().delete()
    agreed = "Notes on the day of the visit."
    actions.moderate(
        review_id=one.pk, grade="Inadequate", reasons="Late.", agreed=agreed, by=manager, at=timezone.now()
    )
    assert list(Message.objects.values_list("to", flat=True)) == [officer.email]
    home, listed, page = (
        mine.get(where).content.decode() for where in (reverse("home"), reverse("own_reviews"), address)
    )
    assert "Reviews of my work" in home and address in home and address in listed
    assert all(words in page for words in ("Inadequate", "Timeliness", "Sound.", agreed, "Late."))
    for client in (theirs, signed_in(senior), signed_in(manager)):
        assert client.get(address).status_code == client.post(address, {"reply": "Ha."}).status_code == 404
        assert address not in client.get(reverse("own_reviews")).content.decode()
    assert mine.get(reverse("quality")).status_code == 403
    empty = mine.post(address, {"reply": " "})
    assert empty.status_code == 400
    mine.post(address, {"reply": "I was ill that week."})
    with pytest.raises(StepRefused, match="commented on this already"):
        actions.reply(review_id=one.pk, reply="More.", by=officer, at=at())
    told = Message.objects.filter(subject="A comment on a review")
    assert {message.to for message in told} == {senior.email, manager.email}
    assert not any("ill" in message.body for message in told)
    shown_to_reviewer = signed_in(senior).get(reverse("quality_review", args=[one.pk])).content.decode()
    assert "I was ill that week." in shown_to_reviewer
    assert "Reviews of my work" not in mine.get(reverse("home")).content.decode()


def test_what_waits_for_a_reviewer_is_listed_whatever_its_term() -> None:
    officer, manager, senior = an_officer(), a_manager(), UserFactory(role="senior_ewo")
    a_case(owner=officer)
    one = actions.draw(officer=officer, term=TERM, by=manager, at=at()).reviews.get()
    Sample.objects.update(term=TERM.before().key)
    assert shown.reviews(senior, None) == [one] and shown.reviews(senior, TERM) == []
    reviewed(one, senior)
    assert shown.reviews(senior, None) == [] and shown.reviews(manager, None) == [one]
    page = signed_in(manager).get(f"{reverse('quality')}?term=due").content.decode()
    assert reverse("quality_review", args=[one.pk]) in page and "What waits for you" in page


def test_nobody_draws_or_sees_reviews_of_their_own_work() -> None:
    senior, manager = UserFactory(role="senior_ewo"), a_manager()
    a_case(owner=senior)
    with pytest.raises(StepRefused, match="Somebody else draws"):
        drawn(senior, senior)
    one = drawn(senior, manager).reviews.get()
    assert shown.reviews(senior, TERM) == [] and shown.reviews(manager, TERM) == [one]
    with pytest.raises(StepRefused, match="cannot see this review"):
        reviewed(one, senior)


def test_a_value_holds_from_its_day_on_and_is_never_set_back() -> None:
    manager = a_manager()
    said: dict[str, Any] = {"name": "sample_size", "reason": "More time.", "by": manager, "at": at()}
    values.set_value(**said, value=5, since=later(7).date())
    assert values.in_force(TODAY)["sample_size"] == 3 and values.in_force(later(7).date())["sample_size"] == 5
    for wrong, words in (({"since": later(-1).date()}, "from today on"), ({"value": 99}, "from 0 to 20"),
                         ({"reason": " "}, "Say why"), ({"by": an_officer()}, "cannot change")):  # fmt: skip
        with pytest.raises(StepRefused, match=words):
            values.set_value(**{**said, "value": 5, "since": TODAY, **wrong})
    with pytest.raises(StepRefused, match="from 1 to 60"):  # nought would write to everybody every minute
        values.set_value(**{**said, "name": "alarm_every", "value": 0, "since": TODAY})
