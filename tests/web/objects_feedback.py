"""A survey that was laid out, and a complaint about somebody who handles complaints, for the addresses of feedback."""

from datetime import UTC, datetime
from typing import Any, Final

from tests.factories import UserFactory
from tests.factories_feedback import a_complaint, a_survey

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.feedback.actions import complaints, surveys

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child: there are none
OF_A_CHILD: Final[tuple[str, ...]] = ()


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    survey = a_survey(by)
    asked = surveys.ask(survey=survey, service="training", how="sheet", most=5, school=None, by=by, at=AT)
    one = a_complaint()
    # seen by information governance as well
    complaints.give(
        complaint_id=one.pk, kind="complaint", route="corporate", officers=[UserFactory(role="service_manager")], handler=by,
        by=by, at=AT,
    )  # fmt: skip
    complaints.take(complaint_id=one.pk, step="acknowledge", text="Thank you.", by=by, at=AT)
    ids = {"survey": survey.pk, "survey_sheet": asked.pk, "survey_tablet": asked.pk, "complaint": one.pk}
    extra = {
        "survey": {"token": surveys.token(asked)}, "complaint_step": {"step": "answer"},
        "complaint_letter": {"letter": one.letters.get().pk},
    }  # fmt: skip
    return ids, extra
