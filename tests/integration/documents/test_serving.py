"""When a document counts as received: posted, handed over, proved, returned."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from tests.factories import PupilFactory, UserFactory
from tests.factories_documents import LATER, DocumentFactory, a_sending, served

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.documents import service as serving
from mainstay.service.documents import states
from mainstay.service.documents.announcements import service_changed
from mainstay.service.documents.models import Document, Issued, Service
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
POSTED = date(2024, 11, 4)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []
    monkeypatch.setattr(service_changed, "_listeners", [lambda **facts: heard.append(facts)])
    return heard


def by() -> Any:
    return UserFactory(role="business_support", name="Sam Poster")


@pytest.mark.parametrize(
    ("method", "sent", "received"),
    [
        pytest.param("first_class_post", date(2024, 11, 4), date(2024, 11, 6), id="P1"),
        pytest.param("first_class_post", date(2024, 11, 8), date(2024, 11, 12), id="P7, over a weekend"),
        pytest.param("first_class_post", date(2024, 12, 23), date(2024, 12, 27), id="P8, over Christmas"),
        pytest.param("first_class_post", date(2025, 4, 17), date(2025, 4, 23), id="P9, over Easter"),
        pytest.param("hand", date(2024, 11, 4), date(2024, 11, 4), id="P10"),
        pytest.param("second_class_post", date(2024, 11, 4), date(2024, 11, 8), id="second class"),
    ],
)
def test_the_day_it_counts_as_received_is_the_laws(method: str, sent: date, received: date) -> None:
    service = served(method=method, sent_on=sent)
    assert service.presumed_on == received
    assert service.answer["reasons"][0]["confidence"] == "assumed" and service.answer["rules_version"]


@pytest.mark.parametrize("method", ["email", "other"])
def test_what_cannot_be_presumed_counts_from_proof_alone(method: str) -> None:
    service = served(method=method, sent_on=POSTED, agreement="Said so at the meeting of 2 September 2024")
    assert service.presumed_on is None
    proof = "Answered the message the same day"
    proved = serving.prove(service=service, received_on=POSTED, proof=proof, by=by(), at=LATER)
    assert proved.presumed_on == POSTED and states.state(proved) == "received 4 November 2024, proved"


def test_a_councils_own_offset_holds_whenever_it_is_counted_again() -> None:
    service = served(sent_on=POSTED, local={"first_class_working_days": 3})
    assert service.presumed_on == date(2024, 11, 7)
    moved = serving.correct_posting(
        service=service, sent_on=date(2024, 11, 5), reason="The franking says so", by=by(), at=LATER
    )
    assert moved.presumed_on == date(2024, 11, 8)


def test_a_correction_counts_anew_and_tells_everybody(told: list[dict[str, Any]]) -> None:
    pupil = PupilFactory()
    service = served(DocumentFactory(pupil=pupil), sent_on=POSTED)
    assert told[0]["before"] is None and told[0]["service"] == service
    serving.correct_posting(
        service=service, sent_on=date(2024, 11, 8), reason="It missed the collection", by=by(), at=LATER
    )
    assert told[1]["before"]["presumed_on"] == date(2024, 11, 6)
    assert told[1]["service"].presumed_on == date(2024, 11, 12)
    row = AuditRow.objects.get(action="service.posted")
    assert row.payload["before"]["sent_on"] == "2024-11-04" and row.payload["now"]["sent_on"] == "2024-11-08"
    entries = list(Entry.objects.filter(pupil=pupil, kind="service").order_by("pk"))
    assert [e.title for e in entries] == [
        "Penalty notice: posted first class on Monday 4 November 2024",
        "Penalty notice: posted first class on Friday 8 November 2024",
    ]
    assert "It missed the collection" in entries[1].text and "Tuesday 12 November 2024" in entries[1].text


def test_a_first_posting_needs_no_reason_and_a_later_one_does() -> None:
    service = served()
    assert service.presumed_on is None and service.sent_by is None
    service = serving.correct_posting(service=service, sent_on=POSTED, reason="", by=by(), at=LATER)
    assert service.presumed_on == date(2024, 11, 6) and service.sent_by.name == "Sam Poster"
    with pytest.raises(StepRefused, match="why the day is corrected"):
        serving.correct_posting(service=service, sent_on=date(2024, 11, 5), reason=" ", by=by(), at=LATER)


def test_the_method_can_be_corrected_with_the_day() -> None:
    service = served(sent_on=POSTED)
    service = serving.correct_posting(
        service=service, sent_on=POSTED, reason="Second class stamps", by=by(), at=LATER,
        method="second_class_post",
    )  # fmt: skip
    assert service.presumed_on == date(2024, 11, 8)


def test_proof_wins_over_the_presumption_in_both_directions(told: list[dict[str, Any]]) -> None:
    for day in (date(2024, 11, 5), date(2024, 11, 14)):
        service = served(sent_on=POSTED)
        service = serving.prove(
            service=service, received_on=day, proof="The parent showed the dated envelope", by=by(), at=LATER
        )
        assert service.presumed_on == day
        assert told[-1]["before"]["presumed_on"] == date(2024, 11, 6)


def test_a_returned_letter_no_longer_counts_and_starts_a_task(told: list[dict[str, Any]]) -> None:
    poster = by()
    service = serving.correct_posting(service=served(), sent_on=POSTED, reason="", by=poster, at=LATER)
    service = serving.mark_returned(
        service=service, returned_on=date(2024, 11, 11), reason="Addressee gone away", by=by(), at=LATER
    )
    assert service.presumed_on is None
    assert told[-1]["before"]["presumed_on"] == date(2024, 11, 6)
    task = Deadline.objects.get(rule="returned-mail")
    assert (task.about_kind, task.about_id) == ("documents.service", str(service.pk))
    assert task.owner == poster and task.last_day == date(2026, 11, 30)
    assert task.label == f"Returned letter {service.pk}"
    assert list(Service.objects.returned()) == [service]
    assert states.state(service) == "returned undelivered 11 November 2024"


def test_proof_after_a_return_ends_the_task() -> None:
    service = served(sent_on=POSTED)
    service = serving.mark_returned(
        service=service, returned_on=date(2024, 11, 11), reason="Gone away", by=by(), at=LATER
    )
    service = serving.prove(
        service=service, received_on=date(2024, 11, 7), proof="The parent wrote that it had come", by=by(), at=LATER
    )  # fmt: skip
    assert service.presumed_on == date(2024, 11, 7)
    assert Deadline.objects.get(rule="returned-mail").state == Deadline.State.MET
    assert not Service.objects.returned().exists()


def test_a_leavers_returned_letter_is_nobodys_task() -> None:
    poster = by()
    service = serving.correct_posting(service=served(), sent_on=POSTED, reason="", by=poster, at=LATER)
    type(poster).objects.filter(pk=poster.pk).update(is_active=False)
    serving.mark_returned(service=service, returned_on=POSTED, reason="Gone away", by=by(), at=LATER)
    assert Deadline.objects.get(rule="returned-mail").owner is None


TOMORROW = date(2026, 11, 24)
BEFORE = date(2024, 11, 3)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("sent cannot be in the future", {"sent_on": TOMORROW}),
        ("made on Friday 1 November 2024", {"sent_on": date(2024, 10, 31)}),
        ("who it goes to", {"address": " "}),
        ("who agreed", {"method": "email"}),
        ("cannot be said: bank holidays", {"sent_on": date(2035, 1, 2), "at": LATER.replace(year=2035)}),
    ],
)
def test_a_wrong_sending_is_refused_in_words(words: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(StepRefused, match=words):
        served(**wrong)


def test_a_draft_is_not_served() -> None:
    with pytest.raises(StepRefused, match="A draft is not sent"):
        served(DocumentFactory(draft=True))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("what proves it", {"proof": "  "}),
        ("received cannot be in the future", {"received_on": TOMORROW}),
        ("received before it was sent", {"received_on": BEFORE}),
    ],
)
def test_a_wrong_proof_is_refused_in_words(words: str, wrong: dict[str, Any]) -> None:
    said = {"received_on": POSTED, "proof": "Signed for", "by": by(), "at": LATER}
    with pytest.raises(StepRefused, match=words):
        serving.prove(service=served(sent_on=POSTED), **said | wrong)


@pytest.mark.parametrize(
    ("words", "sent_on", "wrong"),
    [
        ("why it came back", POSTED, {"reason": ""}),
        ("never sent", None, {}),
        ("came back cannot be in the future", POSTED, {"returned_on": TOMORROW}),
        ("come back before it was sent", POSTED, {"returned_on": BEFORE}),
    ],
)
def test_a_wrong_return_is_refused_in_words(words: str, sent_on: date | None, wrong: dict[str, Any]) -> None:
    said = {"returned_on": POSTED, "reason": "Gone away", "by": by(), "at": LATER}
    with pytest.raises(StepRefused, match=words):
        serving.mark_returned(service=served(sent_on=sent_on), **said | wrong)


def test_what_is_proved_or_came_back_is_not_contradicted() -> None:
    day, said = date(2024, 11, 6), {"by": by(), "at": LATER}
    proved = serving.prove(service=served(sent_on=POSTED), received_on=POSTED, proof="Signed for", **said)
    with pytest.raises(StepRefused, match="proved that this was received"):
        serving.mark_returned(service=proved, returned_on=day, reason="Gone away", **said)
    with pytest.raises(StepRefused, match="received on Monday 4 November 2024"):
        serving.correct_posting(service=proved, sent_on=day, reason="A slip", **said)
    back = serving.mark_returned(service=served(sent_on=POSTED), returned_on=POSTED, reason="Gone", **said)
    with pytest.raises(StepRefused, match="came back on Monday 4 November 2024"):
        serving.correct_posting(service=back, sent_on=day, reason="A slip", **said)


def test_a_batch_is_recorded_at_once(django_assert_max_num_queries: Any) -> None:
    sendings = [a_sending() for _ in range(12)]
    poster = by()
    with django_assert_max_num_queries(6):
        services = serving.serve_many(sendings=sendings, sent_on=POSTED, by=poster, at=LATER)
    assert [s.document for s in services] == [s.document for s in sendings]
    assert {s.presumed_on for s in services} == {date(2024, 11, 6)}
    assert len({s.pk for s in services} - {None}) == 12
    assert AuditRow.objects.get(action="service.recorded_many").payload["services"] == [
        s.pk for s in services
    ]


def test_a_batch_with_one_wrong_letter_records_none() -> None:
    sendings = [a_sending(), a_sending(DocumentFactory(draft=True))]
    with pytest.raises(StepRefused, match="draft"):
        serving.serve_many(sendings=sendings, sent_on=POSTED, by=by(), at=LATER)
    assert not Service.objects.exists()


def test_an_issued_document_is_not_changed_or_deleted() -> None:
    document = DocumentFactory()
    document.title = "Something else"
    for wrong in (
        document.save,
        document.delete,
        lambda: Document.objects.filter(pk=document.pk).update(values={}),
        lambda: Document.objects.filter(pk=document.pk).delete(),
        lambda: Document.objects.bulk_update([document], ["title"]),
    ):
        with pytest.raises(Issued), transaction.atomic():
            wrong()
    assert Document.objects.get().title == "Penalty notice"


def test_a_draft_may_be_changed_until_it_is_issued() -> None:
    document = DocumentFactory(draft=True)
    document.draft = False
    document.save()
    with pytest.raises(Issued):
        document.save()


def test_documents_and_services_follow_when_two_records_are_joined() -> None:
    kept, other = PupilFactory(), PupilFactory()
    service = served(DocumentFactory(pupil=other), sent_on=POSTED)
    merge_pupils(kept=kept, other=other, by=by(), at=LATER)
    service.refresh_from_db()
    assert service.pupil_id == service.document.pupil_id == kept.pk
    row = AuditRow.objects.filter(action__startswith="pupil").order_by("-pk").first()
    assert row is not None and "documents.document" in str(row.payload)
