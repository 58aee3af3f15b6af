"""A sample can be drawn again from its seed; a second person moderates; nobody sees reviews of their own work."""

from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at, later
from tests.factories_cases import a_case
from tests.factories_team import a_manager, an_officer

from mainstay.service.casework.actions import cases
from mainstay.service.common.steps import StepRefused
from mainstay.service.team import values
from mainstay.service.team.actions import quality as actions
from mainstay.service.team.models import Review, Sample
from mainstay.service.team.queries import quality as shown
from mainstay.service.team.terms import term_of

pytestmark = pytest.mark.django_db
TERM = term_of(TODAY)


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
