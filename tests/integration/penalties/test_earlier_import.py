"""Earlier notices from a CSV: matched to children and parents, looked at, taken once."""

import io
from datetime import date
from typing import Any

import pytest
from tests.factories import AddressFactory, ConflictFactory, ParentFactory, PupilFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.directory.models import FormerUpn, Parent, Pupil
from mainstay.service.penalties import facts
from mainstay.service.penalties.actions import earlier
from mainstay.service.penalties.earlier_reading import COLUMNS
from mainstay.service.penalties.models import EarlierImport, EarlierNotice
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(role="service_manager")


@pytest.fixture
def pupil() -> Pupil:
    return PupilFactory(surname="Fenwick", forename="Ada", date_of_birth=date(2016, 3, 9))


@pytest.fixture
def parent(pupil: Pupil) -> Parent:
    found = ParentFactory(of=pupil, forename="Grace", surname="Fenwick")
    AddressFactory(parent=found, postcode="SO99 9ZZ")
    return found


def row(pupil: Pupil, **changed: str) -> dict[str, str]:
    said = {
        "UPN": pupil.upn, "Parent forename": "Grace", "Parent surname": "Fenwick", "Parent postcode": "so999zz",
        "Issued on": "15/11/2024", "Kind": "attendance", "Outcome": "paid", "Issuer": "Old books", "Reference": "O-1",
    }  # fmt: skip
    return said | changed


def sent(by: Any, *rows: dict[str, str], name: str = "old.csv") -> EarlierImport:
    lines = [",".join(COLUMNS), *(",".join(one.get(column, "") for column in COLUMNS) for one in rows)]
    return earlier.receive(file=io.BytesIO("\n".join(lines).encode()), name=name, by=by, at=at())


def states(found: EarlierImport) -> list[str]:
    return [one["state"] for one in found.report["rows"]]


def test_a_row_is_matched_to_the_child_and_one_of_its_parents_and_taken(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    found = sent(manager, row(pupil, **{"Offence from": "07/10/2024", "Offence to": "11/10/2024"}))
    assert (found.state, states(found)) == ("preview", ["ready"])
    assert not EarlierNotice.objects.exists()
    earlier.take(import_id=found.pk, by=manager, at=at())
    [notice] = EarlierNotice.objects.all()
    assert (notice.pupil, notice.parent, notice.issued_on, notice.outcome) == (
        pupil, parent, date(2024, 11, 15), "paid",
    )  # fmt: skip
    assert (notice.source, notice.offence_to) == (found, date(2024, 10, 11))
    assert facts.earlier_of([(parent.pk, pupil.pk)])[parent.pk, pupil.pk][0].said == "Old books O-1"
    assert Entry.objects.get(title__startswith="An earlier").audience == "service"


def test_sent_again_nothing_is_taken_twice_and_a_new_outcome_is_followed(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    earlier.take(import_id=sent(manager, row(pupil, Outcome="open")).pk, by=manager, at=at())
    again = sent(manager, row(pupil, Outcome="open"))
    assert states(again) == ["known"]
    with pytest.raises(StepRefused, match="No row"):
        earlier.take(import_id=again.pk, by=manager, at=at())
    later = sent(manager, row(pupil, Outcome="paid"), row(pupil, Reference="O-2"))
    assert states(later) == ["changed", "ready"]
    earlier.take(import_id=later.pk, by=manager, at=at())
    assert set(EarlierNotice.objects.values_list("reference", "outcome")) == {
        ("O-1", "paid"),
        ("O-2", "paid"),
    }
    changed = AuditRow.objects.filter(action="earlier_notices.taken").latest("pk").payload["changed"]
    assert [(one["old"], one["new"]) for one in changed] == [("open", "paid")]


def test_two_previews_of_one_file_taken_one_after_the_other_make_no_doubles(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    first, second = sent(manager, row(pupil)), sent(manager, row(pupil))
    earlier.take(import_id=first.pk, by=manager, at=at())
    with pytest.raises(StepRefused, match="No row"):
        earlier.take(import_id=second.pk, by=manager, at=at())
    assert EarlierNotice.objects.count() == 1


def test_the_same_notice_twice_in_a_file_is_one(manager: Any, pupil: Pupil, parent: Parent) -> None:
    found = sent(manager, row(pupil), row(pupil))
    assert states(found) == ["ready", "twice"]
    assert found.report["rows"][1]["problem"] == "The same notice as line 2."


@pytest.mark.parametrize(
    ("changed", "state", "words"),
    [
        ({"UPN": "Z852999924999"}, "no_child", "No child in your view has this UPN"),
        ({"Child surname": "Stranger"}, "no_child", "another name"),
        ({"Child date of birth": "01/01/2015"}, "no_child", "date of birth"),
        ({"Parent forename": "Hugh"}, "no_parent", "No parent of this child has this name"),
        ({"Parent postcode": "SO99 1AA"}, "no_parent", "postcode none of theirs"),
        ({"Parent postcode": ""}, "ready", ""),
        ({"Child surname": "FENWICK", "Child date of birth": "2016-03-09"}, "ready", ""),
    ],
)
def test_nothing_is_guessed(
    manager: Any, pupil: Pupil, parent: Parent, changed: dict[str, str], state: str, words: str
) -> None:
    [kept] = sent(manager, row(pupil, **changed)).report["rows"]
    assert kept["state"] == state
    assert words in kept["problem"]


def test_a_child_is_found_by_a_former_upn_and_by_name_and_date_of_birth(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    FormerUpn.objects.create(pupil=pupil, upn="Z852999923001")
    by_name = {
        "UPN": "",
        "Child surname": "Fenwick",
        "Child forename": "Ada",
        "Child date of birth": "09/03/2016",
    }
    found = sent(manager, row(pupil, UPN="Z852999923001"), row(pupil, **by_name, Reference="O-2"))
    assert [one["pupil"] for one in found.report["rows"]] == [pupil.pk, pupil.pk]


def test_two_children_of_one_name_and_birthday_need_the_upn(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    PupilFactory(surname="Fenwick", forename="Ada", date_of_birth=date(2016, 3, 9))
    by_name = {
        "UPN": "",
        "Child surname": "Fenwick",
        "Child forename": "Ada",
        "Child date of birth": "09/03/2016",
    }
    [kept] = sent(manager, row(pupil, **by_name)).report["rows"]
    assert (kept["state"], kept["pupil"]) == ("no_child", None)


def test_a_row_without_its_parent_is_settled_by_a_person_from_the_childs_parents(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    found = sent(manager, row(pupil, **{"Parent forename": "G."}))
    with pytest.raises(StepRefused, match="one of this child"):
        earlier.settle(import_id=found.pk, line=2, parent_id=ParentFactory().pk, by=manager, at=at())
    settled = earlier.settle(import_id=found.pk, line=2, parent_id=parent.pk, by=manager, at=at())
    assert states(settled) == ["ready"]
    with pytest.raises(StepRefused, match="does not wait"):
        earlier.settle(import_id=found.pk, line=2, parent_id=parent.pk, by=manager, at=at())
    earlier.take(import_id=found.pk, by=manager, at=at())
    assert EarlierNotice.objects.get().parent == parent
    assert AuditRow.objects.get(action="earlier_notices.settled").payload["line"] == 2


def test_rows_that_are_ready_are_taken_and_the_others_wait_for_another_file(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    bad = row(pupil, Reference="O-2", Kind="truancy")
    lost = row(pupil, Reference="O-3", UPN="Z852999924999")
    found = sent(manager, row(pupil), bad, lost)
    assert earlier.counts(found.report) == {"ready": 1, "no_child": 1, "problem": 1}
    assert found.report["problems"] == [[3, "Kind", "is none of attendance, excluded: write one of these"]]
    earlier.take(import_id=found.pk, by=manager, at=at())
    assert EarlierNotice.objects.count() == 1
    with pytest.raises(StepRefused, match="taken already"):
        earlier.take(import_id=found.pk, by=manager, at=at())


def test_a_discarded_file_is_kept_and_not_taken(manager: Any, pupil: Pupil, parent: Parent) -> None:
    found = sent(manager, row(pupil))
    earlier.discard(import_id=found.pk, by=manager, at=at())
    with pytest.raises(StepRefused, match="discarded already"):
        earlier.take(import_id=found.pk, by=manager, at=at())


def test_a_file_that_cannot_be_read_is_refused_in_words(manager: Any) -> None:
    found = earlier.receive(file=io.BytesIO(b"a,b\n1,2\n"), name="x.csv", by=manager, at=at())
    assert found.state == "refused"
    assert "Missing" in found.report["refused"]
    with pytest.raises(FileRefused, match="PDF"):
        earlier.receive(file=io.BytesIO(b"%PDF-1.7\n"), name="x.pdf", by=manager, at=at())


def test_a_file_without_one_readable_row_is_refused_with_its_problems(manager: Any, pupil: Pupil) -> None:
    found = sent(manager, row(pupil, Kind="truancy"))
    assert (found.state, len(found.report["problems"])) == ("refused", 1)


def test_a_notice_of_ours_at_a_wrong_position_becomes_a_task(manager: Any) -> None:
    notice = a_notice()
    found = sent(
        manager,
        row(notice.pupil, **{"Parent surname": notice.parent.surname, "Issued on": "03/03/2025"}),
    )
    earlier.take(import_id=found.pk, by=manager, at=at())
    assert Deadline.objects.get(rule="notice-position").about_id == str(notice.pk)


def test_an_outcome_is_set_by_hand_with_a_reason(manager: Any) -> None:
    child = absent()
    kept = an_earlier(a_parent(child), child, date(2025, 3, 3), outcome="open")
    with pytest.raises(StepRefused, match="how you know"):
        earlier.set_outcome(notice_id=kept.pk, outcome="paid", reason=" ", by=manager, at=at())
    with pytest.raises(StepRefused, match="open already"):
        earlier.set_outcome(notice_id=kept.pk, outcome="open", reason="x", by=manager, at=at())
    earlier.set_outcome(notice_id=kept.pk, outcome="paid", reason="Finance says so.", by=manager, at=at())
    kept.refresh_from_db()
    assert kept.outcome == "paid"
    assert AuditRow.objects.get(action="earlier_notice.outcome").payload["old"] == "open"


def test_whoever_may_not_import_and_children_of_a_conflict_are_left_out(
    manager: Any, pupil: Pupil, parent: Parent
) -> None:
    with pytest.raises(StepRefused, match="Your role"):
        sent(UserFactory(role="ewo"), row(pupil))
    ConflictFactory(user=manager, pupil=pupil)
    assert states(sent(manager, row(pupil))) == ["no_child"]


def test_many_rows_take_a_fixed_number_of_queries(manager: Any, django_assert_max_num_queries: Any) -> None:
    rows = []
    for _ in range(30):
        child = PupilFactory(enrolled=False)
        ParentFactory(of=child, forename="Grace", surname="Fenwick")
        rows.append(row(child, **{"Parent postcode": ""}))
    with django_assert_max_num_queries(22):
        found = sent(manager, *rows)
    assert states(found) == ["ready"] * 30
    with django_assert_max_num_queries(16):
        earlier.take(import_id=found.pk, by=manager, at=at())
