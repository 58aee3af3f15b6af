"""The privileged conversation of a case: a question with a paper, and who is instructed, for their addresses."""

from datetime import UTC, datetime
from typing import Any, Final

from tests.factories import UserFactory
from tests.factories_court import a_prosecution
from tests.factories_documents import a_file

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.court.models import Advice, Instruction
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "advice",
    "advice_instruct",
    "advice_end",
    "advice_answer",
    "advice_file",
    "advice_opinion",
)


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    one = a_prosecution(case=case, parent=parent)
    instructed = Instruction.objects.create(
        case=case, solicitor=UserFactory(role="solicitor"), about="Advise.", at=AT, by=by
    )
    question = Advice.objects.create(
        case=case, at=AT, by=by, text="Is it proved?", asks_of="legal", file=a_file(b"%PDF-1.7 made up")
    )
    ids = {
        "advice": case.pk, "advice_end": instructed.pk, "advice_answer": question.pk, "advice_file": question.pk,
        "advice_opinion": one.pk,
    }  # fmt: skip
    return ids, {}
