"""A statement says what its witness knows, as it was known on a day; no words are ever lost."""

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from tests.factories import EntryFactory, SchoolFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_fast_track import decided, with_meeting
from tests.factories_penalties import a_parent
from tests.factories_visits import investigated

from mainstay.service.casework.actions import fast_track_inviting as inviting
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import actions_statements as actions
from mainstay.service.documents import statements
from mainstay.service.documents.models import Document, Statement
from mainstay.service.documents.service import correct_posting
from mainstay.service.documents.statements import Asked
from mainstay.service.record.actions import add_entry, correct_entry
from mainstay.service.record.models import Audience, Entry
from mainstay.service.team.actions import supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def child() -> Pupil:
    return a_child()


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo", name="Robin Tester", post="Education welfare officer")


def wrote(pupil: Pupil, by: Any, title: str, day: int = 0, **given: Any) -> Entry:
    return add_entry(pupil=pupil, by=by, at=later(day), kind=given.pop("kind", "note"), title=title, **given)


def drafted(pupil: Pupil, by: Any, asked: Asked | None = None, known: int = 9) -> tuple[Statement, int]:
    on = later(known)
    return actions.start(
        pupil=pupil, witness=by, asked=asked or Asked(), known_on=on.date(), by=by, at=later(9)
    )


def words(statement: Statement) -> list[str]:
    return statement.versions.get(number=statement.version).paragraphs[1:]


def test_own_words_are_said_in_the_first_person_and_those_of_others_are_not(
    child: Pupil, officer: Any
) -> None:
    lead = UserFactory(role="school_staff", school=child.school, name="Somebody Named")
    wrote(child, officer, "Nobody was at home", 1, kind="visit", text="I left a card.\n\nNo answer.")
    wrote(child, lead, "Rang the mother", 2, audience=Audience.SCHOOL)
    wrote(child, UserFactory(role="ewo"), "Saw the file", 3)
    wrote(child, None, "Ten sessions", 4, kind="finding")
    statement, left_out = drafted(child, officer)
    own, school, other, system = words(statement)
    assert own == "On Tuesday 24 November 2026 I made a visit: Nobody was at home. I left a card. No answer."
    assert school == "On Wednesday 25 November 2026 the school recorded: Rang the mother."
    assert "Somebody Named" not in school
    assert other.startswith("The record of the service, which I did not write, says that on Thursday")
    assert system.startswith("The service's system recorded on Friday 27 November 2026: Ten sessions")
    assert left_out == 0


def test_what_was_not_known_on_that_day_is_left_out_and_what_was_corrected_by_then_stands_corrected(
    child: Pupil, officer: Any
) -> None:
    first = wrote(child, officer, "Saw the mother", 1)
    correct_entry(
        entry=first, by=officer, at=later(5), title="Saw the grandmother", text="", reason="Wrong person"
    )
    wrote(child, officer, "Spoke with the school", 6, happened_at=later(2))
    before, _ = drafted(child, officer, Asked((first.pk,)), known=4)
    assert words(before) == ["On Tuesday 24 November 2026 I noted: Saw the mother."]
    after, _ = drafted(child, officer, Asked((first.pk,)), known=6)
    assert words(after) == ["On Tuesday 24 November 2026 I noted: Saw the grandmother."]
    everything, _ = drafted(child, officer, known=6)
    assert [line.partition("noted: ")[2] for line in words(everything)] == [
        "Saw the grandmother.",
        "Spoke with the school.",
    ]


def test_drafted_again_for_an_earlier_day_it_says_what_was_known_then(child: Pupil, officer: Any) -> None:
    first = wrote(child, officer, "Saw the mother", 1)
    correct_entry(
        entry=first, by=officer, at=later(5), title="Saw the grandmother", text="", reason="Wrong person"
    )
    statement, _ = drafted(child, officer, Asked((first.pk,)), known=6)
    actions.draft_again(
        statement_id=statement.pk, asked=None, known_on=later(3).date(), version=1, by=officer, at=later(9)
    )
    statement.refresh_from_db()
    assert statement.version == 2 and "Saw the mother" in words(statement)[0]
    assert "Saw the grandmother" in statement.versions.get(number=1).text


@pytest.mark.parametrize("audience", [Audience.PRIVILEGED, Audience.NAMED])
def test_what_is_privileged_or_for_named_people_is_in_no_statement(child: Pupil, audience: str) -> None:
    legal = UserFactory(role="legal_coordinator")
    wrote(child, legal, "Counsel advised", 1, audience=audience, readers=[legal])
    wrote(child, legal, "Asked the school for its letters", 1)
    statement, left_out = drafted(child, legal)
    assert "Counsel" not in statement.versions.get().text and left_out == 1


def test_what_was_decided_in_supervision_is_in_no_statement_even_as_corrected(
    child: Pupil, officer: Any
) -> None:
    manager, today = UserFactory(role="service_manager"), at()
    record = supervision.begin(officer=officer, held_on=TODAY, by=manager, at=today)
    supervision.discuss(
        supervision_id=record.pk, pupil=child, talk="", decision="Visit weekly", by=manager, at=today
    )
    decision = Entry.objects.get(title="Decided in supervision")
    other = correct_entry(
        entry=decision, by=officer, at=later(1), title="Decided", text="Visit daily", reason="Wrong"
    )
    wrote(child, officer, "Saw the mother", 2)
    for asked in (Asked(), Asked((other.pk, Entry.objects.get(title="Saw the mother").pk))):
        statement, left_out = drafted(child, officer, asked)
        assert "Visit" not in statement.versions.get().text and left_out == 1
        assert len(words(statement)) == 1


def test_more_entries_than_anybody_reads_are_refused_and_not_cut(
    child: Pupil, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST", 2)
    for day in (1, 2, 3):
        wrote(child, officer, f"Day {day}", day)
    with pytest.raises(StepRefused, match=r"more than 2 entries.*fewer days"):
        drafted(child, officer)
    assert len(words(drafted(child, officer, Asked(last=later(2).date()))[0])) == 2


def test_an_issued_document_becomes_an_exhibit(child: Pupil, officer: Any) -> None:
    file = store.keep_made(b"%PDF-1.7\n", kind="pdf", by=officer, at=at())
    letter = Document.objects.create(
        kind="reminder", title="Letter about absence", pupil_id=child.pk, made_at=at(), made_by=officer, values={},
        template="reminder", template_version="0", file=file, draft=False,
    )  # fmt: skip
    wrote(child, officer, "Sent a letter", 1, kind="document", about=letter)
    wrote(child, officer, "The letter came back", 2, kind="document", about=letter)
    statement, _ = drafted(child, officer)
    assert all("exhibit RT/1." in line for line in words(statement))
    (exhibit,) = statement.versions.get().exhibits
    assert (exhibit["ref"], exhibit["document"]) == ("RT/1", letter.pk)


def test_letters_and_their_service_become_exhibits_once(child: Pupil, officer: Any) -> None:
    case = a_case(child, owner=officer)
    parents = [a_parent(child), a_parent(child, forename="Hugh")]
    senior = UserFactory(role="senior_ewo")
    with_meeting(one := decided(parents=parents, by=senior, case=investigated(case)), senior)
    inviting.send(fast_track_id=one.pk, by=officer, at=at())
    service = one.invitations.order_by("pk").first().service  # type: ignore[union-attr]
    assert service is not None
    correct_posting(service=service, sent_on=at().date(), reason="Counted again.", by=officer, at=later(1))
    statement, _ = drafted(child, officer)
    exhibits = statement.versions.get().exhibits
    letters = set(one.invitations.values_list("document_id", flat=True))
    assert [each["ref"] for each in exhibits] == ["RT/1", "RT/2"]
    assert {each["document"] for each in exhibits} == letters


def test_two_people_changing_one_statement_lose_no_words(child: Pupil, officer: Any) -> None:
    wrote(child, officer, "Saw the mother", 1)
    statement, _ = drafted(child, officer)
    other = UserFactory(role="legal_coordinator")
    first = actions.edit(statement_id=statement.pk, text="Mine.", version=1, by=officer, at=later(9))
    second = actions.edit(statement_id=statement.pk, text="Theirs.", version=1, by=other, at=later(9))
    statement.refresh_from_db()
    assert (first.beside, second.beside, statement.version) == (False, True, first.number)
    assert [one.text for one in statement.versions.order_by("number")][1:] == ["Mine.", "Theirs."]
    joined = actions.edit(
        statement_id=statement.pk, text="Mine.\n\nTheirs.", version=first.number, by=other, at=later(9)
    )
    assert not joined.beside
    with pytest.raises(StepRefused, match="meanwhile"):
        actions.draft_again(
            statement_id=statement.pk, asked=None, known_on=TODAY, version=1, by=officer, at=later(9)
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"known_on": date(2027, 1, 1)}, "day to come"),
        ({"asked": Asked(first=date(2020, 1, 1), last=date(2020, 2, 1))}, "No entry"),
        ({"by": "school_staff"}, "Your role"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_and_leaves_nothing(
    child: Pupil, officer: Any, change: dict[str, Any], said: str
) -> None:
    wrote(child, officer, "Saw the mother", 1)
    if "by" in change:
        change = {"by": UserFactory(role=change["by"], school=child.school)}
    given = {
        "pupil": child,
        "witness": officer,
        "asked": Asked(),
        "known_on": TODAY,
        "by": officer,
        "at": at(),
    }
    with pytest.raises(StepRefused, match=said):
        actions.start(**{**given, **change})
    assert not Statement.objects.exists()


def test_the_pdf_numbers_the_paragraphs(child: Pupil, officer: Any) -> None:
    wrote(child, officer, "Saw the mother", 1)
    statement, _ = drafted(child, officer)
    made = actions.make_pdf(statement_id=statement.pk, by=officer, at=later(9))
    assert made.draft and made.values["paragraphs"][1].endswith("Saw the mother.")
    with pikepdf.open(BytesIO(store.read(made.file))) as pdf:
        assert len(pdf.pages) == 1


def test_another_schools_child_is_not_asked_about(officer: Any) -> None:
    """Only what the drafter reads is drawn from."""
    hidden = a_child(school=SchoolFactory(), restricted=True)
    EntryFactory(pupil=hidden, by=officer)
    with pytest.raises(StepRefused, match="cannot open"):
        drafted(hidden, officer)
