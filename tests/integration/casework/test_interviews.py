"""An interview under caution: the order of the law, breaks, stops and resumption, and the lock of what was signed."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_fast_track import OVER, confirmed, decided, invited, opened

from mainstay.service.casework import interview_record
from mainstay.service.casework.actions import interviewing
from mainstay.service.casework.fast_track_words import CAUTION
from mainstay.service.casework.models import FastTrack, Interview, InterviewEntry, Locked
from mainstay.service.common.steps import StepRefused
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
NEXT_DAY = OVER + timedelta(days=3)


@pytest.fixture
def one() -> FastTrack:
    return invited()


@pytest.fixture
def officer(one: FastTrack) -> Any:
    return one.case.owner


def entries(held: Interview) -> list[InterviewEntry]:
    return list(held.entries.order_by("number"))


def ended(held: Interview, by: Any, when: Any = OVER) -> Interview:
    said: dict[str, Any] = {"interview_id": held.pk, "by": by, "at": when}
    for kind in ("statements", "addition"):
        interviewing.confirm(kind=kind, note="None.", **said)
    return interviewing.end(**said)


def test_there_is_no_interview_without_the_rights_letter_and_leaflet_received(
    one: FastTrack, officer: Any
) -> None:
    to = one.invitations.get()
    said: dict[str, Any] = {"fast_track_id": one.pk, "parent_id": to.parent_id, "by": officer, "at": OVER}
    service = to.service
    assert service is not None
    one.invitations.update(service=None)
    with pytest.raises(StepRefused, match="rights is not sent"):
        interviewing.begin(**said)
    one.invitations.update(service=service, leaflet_given_on=None)
    with pytest.raises(StepRefused, match="leaflet on rights is not recorded"):
        interviewing.begin(**said)
    one.invitations.update(leaflet_given_on=at().date())
    with pytest.raises(StepRefused, match="meeting has not begun"):
        interviewing.begin(**said | {"at": at()})
    with pytest.raises(StepRefused, match="not invited"):
        interviewing.begin(**said | {"parent_id": decided().invitations.get().parent_id})
    with pytest.raises(StepRefused, match="Your role cannot hold"):
        interviewing.begin(**said | {"by": UserFactory(role="business_support")})
    assert not Interview.objects.exists()
    interviewing.begin(**said)
    with pytest.raises(StepRefused, match="open already"):
        interviewing.begin(**said)


def test_the_order_is_that_of_the_law_and_nothing_is_asked_before_the_caution(
    one: FastTrack, officer: Any
) -> None:
    held = opened(one, officer, upto="needs")
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer, "at": OVER}
    for kind in ("record", "statements", "people"):
        with pytest.raises(StepRefused, match="Another step comes first"):
            interviewing.confirm(kind=kind, note="x", **said)
    with pytest.raises(StepRefused, match="Give the caution first"):
        interviewing.ask(question="Where was Ada?", answer="At home.", **said)
    with pytest.raises(StepRefused, match="explained it back"):
        interviewing.confirm(kind="caution", note=" ", **said)
    interviewing.confirm(kind="caution", note="I need not answer.", **said)
    assert interviewing.confirm(kind="record", note="", **said).state == "questions"
    assert entries(held)[5].text.startswith(CAUTION)
    with pytest.raises(StepRefused, match="silence is an answer"):
        interviewing.ask(question="Where was Ada?", answer="", **said)
    interviewing.ask(question="Where was Ada?", answer="no answer", **said)
    with pytest.raises(StepRefused, match=r"Put significant earlier statements.*add anything"):
        interviewing.end(**said)


def test_after_a_break_the_caution_is_repeated_before_the_next_question(one: FastTrack, officer: Any) -> None:
    held = opened(one, officer)
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer, "at": OVER}
    interviewing.take_break(because="A drink of water", **said)
    with pytest.raises(StepRefused, match="Give the caution first"):
        interviewing.ask(question="And then?", answer="Yes.", **said)
    interviewing.go_on(note="Nothing was said about it", **said)
    for refused in (
        lambda: interviewing.ask(question="And then?", answer="Yes.", **said),
        lambda: interviewing.end(**said),
    ):
        with pytest.raises(StepRefused, match="caution first"):
            refused()
    interviewing.confirm(kind="caution", note="The same.", **said)
    interviewing.ask(question="And then?", answer="Yes.", **said)
    assert [line.kind for line in entries(held)][-4:] == ["break", "back", "caution", "question"]


def test_it_stops_for_advice_and_resumes_another_day_with_everything_afresh(
    one: FastTrack, officer: Any
) -> None:
    held = opened(one, officer)
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer}
    held = interviewing.stop(because="advice", note="Wants a solicitor.", at=OVER, **said)
    assert (held.state, held.stopped_because) == ("stopped", "advice")
    with pytest.raises(StepRefused, match="caution first"):
        interviewing.ask(question="One more?", answer="No.", at=OVER, **said)
    with pytest.raises(StepRefused, match="what was done about the reason"):
        interviewing.resume(note="", at=NEXT_DAY, **said)
    held = interviewing.resume(note="A solicitor is here.", at=NEXT_DAY, **said)
    assert (held.state, held.sitting, held.cautioned) == ("opening", 2, False)
    with pytest.raises(StepRefused, match="caution first"):
        interviewing.ask(question="One more?", answer="No.", at=NEXT_DAY, **said)
    held = confirmed(held, officer, NEXT_DAY)
    interviewing.ask(question="One more?", answer="Yes.", at=NEXT_DAY, **said)
    assert [line.kind for line in entries(held) if line.sitting == 2].count("caution") == 1
    title = Entry.objects.filter(kind="case").order_by("-pk").first()
    assert title is not None and title.audience == "service" and "solicitor" not in title.text


def test_what_is_signed_is_locked_by_its_digest_and_takes_addenda_only(one: FastTrack, officer: Any) -> None:
    held = ended(opened(one, officer), officer)
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer, "at": OVER}
    with pytest.raises(StepRefused, match="Read the note back first"):
        interviewing.sign(signed_as="Grace Fenwick", refusal="", **said)
    interviewing.read_back(note="Read by the parent.", amendments="It was the Tuesday.", **said)
    with pytest.raises(StepRefused, match="one of the two"):
        interviewing.sign(signed_as="", refusal=" ", **said)
    with pytest.raises(StepRefused, match="not signed yet"):
        interviewing.add(kind="addendum", text="x", **said)
    held = interviewing.sign(signed_as="Grace Fenwick", refusal="", **said)
    held.refresh_from_db()
    assert len(held.digest) == 64 and interview_record.holds(held, entries(held))
    for changed in (
        lambda: interviewing.confirm(kind="statements", note="More", **said),
        lambda: interviewing.ask(question="More?", answer="No", **said),
        lambda: interviewing.stop(because="left", note="", **said),
        lambda: interviewing.add(kind="question", text="More", **said),
    ):
        with pytest.raises(StepRefused):
            changed()
    last = entries(held)[-1]
    for changed in (
        held.save, held.delete, last.save, last.delete, held.entries.all().delete,
        lambda: held.entries.update(text="Other"), lambda: Interview.objects.update(state="reading"),
        lambda: InterviewEntry.objects.create(interview=held, number=99, sitting=1, kind="question", at=OVER, by=officer),
    ):  # fmt: skip
        with pytest.raises(Locked):
            changed()
    interviewing.add(kind="copy", text="Handed over.", **said)
    interviewing.add(kind="addendum", text="The date was the 8th.", **said)
    assert interview_record.holds(held, entries(held))
    first = entries(held)[0]
    first.text = "Somebody else was there"
    assert not interview_record.holds(held, [first, *entries(held)[1:]])


def test_a_refused_signature_locks_it_too_with_the_reason(one: FastTrack, officer: Any) -> None:
    held = ended(opened(one, officer), officer)
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer, "at": NEXT_DAY}
    interviewing.read_back(note="Read out.", amendments="", **said)
    due = Deadline.objects.get(rule=interviewing.SIGNATURE)
    assert (due.state, due.owner, due.trigger_on, due.last_day) == (
        "open",
        officer,
        NEXT_DAY.date(),
        date(2026, 12, 18),
    )
    assert due.label == f"Interview {held.number}: to be signed" and due.pupil == one.case.pupil
    held = interviewing.sign(signed_as="", refusal="Wants to show it to a solicitor.", **said)
    assert held.refused and entries(held)[-1].text == "Not signed: Wants to show it to a solicitor."
    due.refresh_from_db()
    assert due.state == "met"


def test_schools_and_business_support_never_see_it(one: FastTrack, officer: Any) -> None:
    held = opened(one, officer, upto="people")
    for user in (
        UserFactory(role="head_teacher", school=one.case.school), UserFactory(role="business_support"),
        UserFactory(role="information_governance"),
    ):  # fmt: skip
        assert not Interview.objects.visible_to(user).exists()
    for user in (officer, UserFactory(role="legal_coordinator")):
        assert Interview.objects.visible_to(user).get() == held
