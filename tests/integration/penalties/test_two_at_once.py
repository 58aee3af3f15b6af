"""Two people press the same button at the same moment: one wins, the other is told.

On SQLite every write waits for the one before it, and tests share one connection: there is nothing to race there.
"""

import io
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_leave, a_notice, a_parent, absent, an_improvement, content

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.penalties.actions import earlier, enquiring, improvement_giving, improving
from mainstay.service.penalties.earlier_reading import COLUMNS
from mainstay.service.penalties.models import EarlierNotice, Enquiry, Improvement, LeaveRequest

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="races need a database server"),
]


def race(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Both at once, each on a connection of its own; "" for whoever won, words for whoever was refused."""
    gate, said = Barrier(2), ["", ""]

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            work()
        except StepRefused as refusal:
            said[number] = str(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, work)) for n, work in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_a_notice_to_improve_is_given_once() -> None:
    draft, officer = an_improvement("draft"), UserFactory(role="ewo")

    def give() -> None:
        improvement_giving.give(improvement_id=draft.pk, by=officer, at=at())

    won, refused = race(give, give)
    assert (won, "given already" in refused) == ("", True)
    assert draft.letters.exclude(document=None).count() == 1


def test_one_notice_to_improve_is_open_about_a_child() -> None:
    pupil, officer = absent(), UserFactory(role="ewo")
    said = content(pupil)

    def draft() -> None:
        improving.draft(pupil=pupil, content=said, by=officer, at=at())

    won, refused = race(draft, draft)
    assert (won, "open already" in refused) == ("", True)
    assert Improvement.objects.count() == 1


def test_a_request_for_leave_is_written_down_once() -> None:
    pupil = absent()
    parent, staff = a_parent(pupil), UserFactory(role="school_staff", school=pupil.school)
    won, refused = race(
        lambda: a_leave(pupil, parent, by=staff),
        lambda: a_leave(pupil, parent, by=staff),
    )
    assert (won, "already" in refused) == ("", True)
    assert LeaveRequest.objects.count() == 1


def test_a_file_of_earlier_notices_is_taken_once() -> None:
    pupil, manager = absent(), UserFactory(role="service_manager")
    parent = a_parent(pupil)
    row = {
        "UPN": pupil.upn, "Parent forename": parent.forename, "Parent surname": parent.surname, "Issued on": "15/11/2024",
        "Kind": "attendance", "Outcome": "paid", "Issuer": "Old books",
    }  # fmt: skip
    text = "\n".join([",".join(COLUMNS), ",".join(row.get(name, "") for name in COLUMNS)])
    found = earlier.receive(file=io.BytesIO(text.encode()), name="old.csv", by=manager, at=at())

    def take() -> None:
        earlier.take(import_id=found.pk, by=manager, at=at())

    won, refused = race(take, take)
    assert (won, "taken already" in refused) == ("", True)
    assert EarlierNotice.objects.count() == 1


def test_an_authority_is_asked_once() -> None:
    notice, officer = a_notice("draft"), UserFactory(role="ewo")

    def ask() -> None:
        enquiring.ask(
            notice_id=notice.pk,
            authority="Elsewhere",
            email="",
            school="",
            how="By message",
            by=officer,
            at=at(),
        )

    won, refused = race(ask, ask)
    assert (won, "asked already" in refused) == ("", True)
    assert Enquiry.objects.count() == 1


def test_two_records_are_joined_once_in_whichever_direction() -> None:
    pupil, senior = absent(), UserFactory(role="senior_ewo")
    one, two = a_parent(pupil), a_parent(pupil, forename="G.")

    def join(kept: Any, other: Any) -> Callable[[], Any]:
        return lambda: merge_parents(kept=kept, other=other, reasons="The same.", by=senior, at=at())

    won, refused = race(join(one, two), join(two, one))
    assert (won, "joined already" in refused) == ("", True)
