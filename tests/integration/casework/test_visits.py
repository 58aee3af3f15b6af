"""Visits: planned without a name, watched over while the officer is there, written up without losing a word."""

from datetime import timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, connections, transaction
from tests.factories import AddressFactory, ParentFactory, ParenthoodFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent
from tests.factories_team import is_away
from tests.factories_visits import a_visit, a_visit_made
from tests.unit.documents.reading import pages_of

from mainstay.service.casework.actions import (
    cases,
    passages,
    visit_alarms,
    visit_cards,
    visit_letters,
    visits,
)
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import KeptText, Passage, Visit
from mainstay.service.casework.queries import appointments
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.jobs import minutely
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.record import meetings
from mainstay.service.record.models import Audience, Entry
from mainstay.service.team import values

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def save(visit: Visit, *typed: Typed, by: Any = None, **said: Any) -> list[KeptText]:
    given = {"outcome": "", "child_seen": None, "who_seen": "", "version": 1, **said}
    officer = by or visit.meeting.organiser
    return visits.save(visit_id=visit.pk, typed=typed, by=officer, at=later(3), **given)[1]


def text_of(visit: Visit, key: str = "said") -> str:
    return Passage.objects.get(about_kind="casework.visit", about_id=str(visit.pk), key=key).text


def told() -> list[str]:
    return list(Message.objects.filter(kind="email").order_by("to").values_list("to", flat=True))


def test_a_calendar_says_neither_name_nor_address() -> None:
    visit = a_visit(colleague=UserFactory(role="ewo"))
    sent = [f"{m.subject} {m.body} {m.payload}" for m in Message.objects.filter(kind="invitation")]
    assert len(sent) == 2
    for name in (visit.case.pupil.surname, visit.case.pupil.forename, "home visit to"):
        assert not any(name.lower() in words.lower() for words in sent)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"risks": " "}, "risks you know of"),
        ({"announced": True}, "how and when the family was told"),
        ({"starts": at()}, "must lie in the future"),
    ],
)
def test_a_visit_is_not_planned_without_thought(given: dict[str, Any], words: str) -> None:
    with pytest.raises(StepRefused, match=words):
        a_visit(when=later(1), **given)
    assert not Visit.objects.exists() and not Message.objects.exists()


def test_who_stays_longer_than_they_said_is_looked_for_once() -> None:
    manager, visit = UserFactory(role="service_manager"), a_visit()
    by, then = visit.meeting.organiser, visit.meeting.starts
    visits.arrive(visit_id=visit.pk, by=by, at=then)
    minutely.run(then + 74 * MINUTE)
    assert told() == []
    minutely.run(then + 76 * MINUTE)
    minutely.run(then + 77 * MINUTE)
    assert told() == [manager.email]  # no senior officer is there: the manager hears it first
    assert visit.case.pupil.surname not in Message.objects.get(kind="email").body
    with pytest.raises(StepRefused, match="manager or senior"):
        visit_alarms.answer(visit_id=visit.pk, words="Fine.", by=by, at=then + 80 * MINUTE)
    visit_alarms.answer(visit_id=visit.pk, words="Rang: a long talk.", by=manager, at=then + 80 * MINUTE)
    visits.stay(visit_id=visit.pk, minutes=30, by=by, at=then + 80 * MINUTE)
    minutely.run(then + 130 * MINUTE)
    assert told() == [manager.email] * 2
    with pytest.raises(StepRefused, match="Only who makes the visit"):
        visits.leave(visit_id=visit.pk, by=manager, at=then + 131 * MINUTE)
    visits.leave(visit_id=visit.pk, by=by, at=then + 131 * MINUTE)
    assert not Visit.objects.not_heard_from(then + 999 * MINUTE).exists()


def test_the_alarm_comes_again_and_climbs_until_somebody_answers() -> None:
    senior, away_, manager = (UserFactory(role=r) for r in ("senior_ewo", "senior_ewo", "service_manager"))
    visit = a_visit(colleague=(also := UserFactory(role="senior_ewo")))
    is_away(away_, by=manager, day=visit.meeting.starts.date())
    by, then = visit.meeting.organiser, visit.meeting.starts
    Message.objects.all().delete()
    visits.arrive(visit_id=visit.pk, by=by, at=then)

    def heard(minute: int) -> list[str]:
        """Who was written to in that minute; a second timer that looks then writes nothing."""
        before = Message.objects.count()
        for _ in range(2):
            minutely.run(then + minute * MINUTE)
        return sorted(Message.objects.order_by("pk").values_list("to", flat=True)[before:])

    assert heard(76) == [senior.email]
    assert heard(78) == [] and heard(81) == [senior.email]
    assert heard(86) == sorted([senior.email, manager.email])  # two were not answered
    last = Message.objects.order_by("-pk")[0]
    assert "message 3" in last.subject and "Also told" in last.body and also.email not in told()
    assert heard(200) == sorted([senior.email, manager.email])  # once, however long nobody looked
    said = {"name": "alarm_every", "value": 20, "since": TODAY, "reason": "Less often."}
    values.set_value(**said, by=manager, at=at())
    assert heard(210) == [] and len(heard(220)) == 2
    visit_alarms.answer(visit_id=visit.pk, words="Rang: well.", by=senior, at=then + 221 * MINUTE)
    assert heard(300) == []
    visits.stay(visit_id=visit.pk, minutes=30, by=by, at=then + 300 * MINUTE)
    visit.refresh_from_db()
    assert (visit.answered_by, visit.answer, visit.alarms) == (senior, "Rang: well.", 0)  # it stands
    assert heard(346) == [senior.email]  # a new alarm begins anew
    visit.refresh_from_db()
    assert (visit.answered_by, visit.alarms) == (None, 1)
    kept = AuditRow.objects.filter(action__startswith="visit.alarm").order_by("pk")
    assert [row.action[11:] for row in kept] == [*["_raised"] * 5, "_answered", "_raised"]
    assert kept[2].payload["told"] == [senior.pk, manager.pk] or kept[2].payload["told"] == [
        manager.pk,
        senior.pk,
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="races need a database server")
def test_an_answer_given_while_the_timer_waits_for_the_row_stands() -> None:
    manager, visit = UserFactory(role="service_manager"), a_visit()
    then = visit.meeting.ends + 31 * MINUTE
    minutely.run(then)

    def look() -> None:
        visit_alarms.look(then + 6 * MINUTE)
        connections.close_all()

    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    timer = Thread(target=look)
    with transaction.atomic():
        visit_alarms.answer(visit_id=visit.pk, words="Rang: well.", by=manager, at=then + 5 * MINUTE)
        timer.start()
        for _ in range(1000):
            with connection.cursor() as cursor:
                cursor.execute(waits)
                if cursor.fetchone() is not None:
                    break
            sleep(0.01)
        else:
            pytest.fail("The timer did not wait.")
    timer.join()
    visit.refresh_from_db()
    assert (visit.answer, visit.alarms, told()) == ("Rang: well.", 1, [manager.email])


def test_an_alarm_that_is_not_kept_whole_is_not_kept_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    manager, visit = UserFactory(role="service_manager"), a_visit()
    UserFactory(role="service_manager")
    queue, sent = post.queue, []

    def dies(**given: Any) -> Any:
        if sent:
            raise SystemError
        sent.append(given["to"])
        return queue(**given)

    with monkeypatch.context() as broken:
        broken.setattr(post, "queue", dies)
        minutely.run(visit.meeting.ends + 31 * MINUTE)
    visit.refresh_from_db()
    assert sent and told() == [] and visit.alarmed_at is None
    minutely.run(visit.meeting.ends + 32 * MINUTE)
    assert len(told()) == 2 and manager.email in told()


def test_who_never_says_that_they_arrived_is_looked_for_too_unless_it_was_cancelled_in_the_diary() -> None:
    manager, visit, other = UserFactory(role="service_manager"), a_visit(), a_visit()
    meetings.cancel(meeting_id=other.meeting_id, because="Ill.", by=manager, at=at())
    minutely.run(visit.meeting.ends + 31 * MINUTE)
    assert told() == [manager.email]
    minutely.run(visit.meeting.ends + 24 * 60 * MINUTE)
    assert len(told()) == 2
    minutely.run(visit.meeting.ends + (24 * 60 + 20) * MINUTE)
    assert len(told()) == 2  # written up by now, or never: it stands on the list and sends no more
    long_over = visit.meeting.ends + timedelta(days=3)
    assert Visit.objects.without_outcome(long_over).get() == visit
    visits.arrive(visit_id=visit.pk, by=visit.meeting.organiser, at=long_over)
    minutely.run(long_over + timedelta(days=3))
    assert len(told()) == 3  # who said that they are there is looked for, whenever it was planned
    with pytest.raises(StepRefused, match="was cancelled"):
        visits.arrive(visit_id=other.pk, by=other.meeting.organiser, at=other.meeting.starts)


def test_a_task_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(now: Any) -> None:
        raise RuntimeError

    manager, visit = UserFactory(role="service_manager"), a_visit()
    monkeypatch.setitem(minutely._tasks, "a.first", fails)
    minutely.run(visit.meeting.ends + 31 * MINUTE)
    assert told() == [manager.email]


def test_a_record_says_what_came_of_it_and_the_school_reads_no_more_than_that() -> None:
    visit = a_visit_made()
    by = visit.meeting.organiser
    save(visit, Typed("said", "They were kind.", 0), Typed("child", "I am scared.", 0))
    with pytest.raises(StepRefused, match="what came of the visit"):
        visits.record(visit_id=visit.pk, by=by, at=later(3))
    save(visit, outcome="seen", version=1)
    with pytest.raises(StepRefused, match="who was seen"):
        visits.record(visit_id=visit.pk, by=by, at=later(3))
    save(visit, outcome="seen", who_seen="Mother", child_seen=True, version=2)
    visits.record(visit_id=visit.pk, by=by, at=later(3))
    entry = Entry.objects.get(kind="case", audience=Audience.SCHOOL)
    assert entry.title == "At the family’s home, unannounced visit: the family was seen" and not entry.text
    visit.refresh_from_db()
    assert (visit.state, visit.meeting.state) == ("recorded", "held")


def test_two_who_write_at_once_lose_no_word() -> None:
    visit, other = a_visit_made(), UserFactory(role="ewo")
    assert save(visit, Typed("said", "A dog barked.", 0)) == []
    assert save(visit, Typed("said", "A dog barked. It was friendly.", 1)) == []
    # seen as version 1, unchanged: nothing to keep; changed: kept beside
    assert save(visit, Typed("said", "A dog barked.", 1), by=other) == []
    (beside,) = save(visit, Typed("said", "A dog barked. The hall was cold.", 1), by=other)
    assert save(visit, Typed("said", "A dog barked. The hall was cold.", 1), by=other) == [beside]
    assert text_of(visit) == "A dog barked. It was friendly."
    assert KeptText.objects.get(beside=True).text == "A dog barked. The hall was cold."
    passages.settle(kept_id=beside.pk, by=other, at=later(3))
    with pytest.raises(StepRefused, match="put this text away already"):
        passages.settle(kept_id=beside.pk, by=other, at=later(3))


def test_answers_given_meanwhile_stand() -> None:
    visit, other = a_visit_made(), UserFactory(role="ewo")
    save(visit, outcome="nobody")
    said = {"child_seen": None, "who_seen": "Father", "typed": [], "by": other, "at": later(3)}
    after, _, stands = visits.save(visit_id=visit.pk, outcome="seen", version=1, **said)
    assert stands and after.outcome == "nobody"


def test_what_arrives_after_the_record_was_finished_lies_beside_it() -> None:
    visit = a_visit_made()
    save(visit, Typed("said", "Nobody came to the door.", 0), outcome="nobody")
    visits.record(visit_id=visit.pk, by=visit.meeting.organiser, at=later(3))
    assert len(save(visit, Typed("said", "A curtain moved.", 1), Typed("next", "Call again.", 0))) == 2
    assert text_of(visit) == "Nobody came to the door." and text_of(visit, "next") == ""


def test_what_a_child_said_is_read_by_those_who_work_on_cases_alone() -> None:
    visit = a_visit_made()
    save(visit, Typed("said", "Facts.", 0), Typed("child", "I am scared.", 0))
    seen = {
        role: sorted(Passage.objects.readable_by(UserFactory(role=role)).values_list("key", flat=True))
        for role in ("ewo", "legal_coordinator", "business_support", "school_staff")
    }
    assert seen == {
        "ewo": ["child", "said"], "legal_coordinator": ["said"], "business_support": [], "school_staff": [],
    }  # fmt: skip


def test_two_records_of_a_parent_become_one_and_no_word_is_lost() -> None:
    visit = a_visit_made()
    kept, other = ParentFactory(of=visit.case.pupil), ParentFactory(of=visit.case.pupil)
    save(visit, Typed("parent", "By one.", 0, kept.pk), Typed("parent", "By the other.", 0, other.pk))
    manager = UserFactory(role="service_manager")
    merge_parents(kept=kept, other=other, reasons="The same person.", by=manager, at=later(4))
    passage = Passage.objects.get(parent=kept)
    assert (passage.text, passage.kept.get(beside=True).text) == ("By one.", "By the other.")


def test_an_announced_visit_is_written_to_each_parent_at_their_own_address_and_to_nobody_it_endangers() -> (
    None
):
    case = a_case()
    pupil, by = case.pupil, case.owner
    mother = a_parent(pupil, large_print=True, language="Polish", of__lives_with=True)
    AddressFactory(parent=mother, lines="3 Secret Road", confidential=True, since=TODAY)
    grandmother = a_parent(pupil, forename="Ida", of__lives_with=True)
    AddressFactory(parent=grandmother, lines="9 Elm Way", since=TODAY)
    forbidden = a_parent(pupil, forename="Hugh", of__contact_allowed=False)
    elsewhere = a_parent(pupil, forename="Theo", of__lives_with=False)
    hidden = a_child(restricted=True)
    kept = a_parent(pupil, forename="Orla", of__lives_with=True)
    ParenthoodFactory(parent=kept, pupil=hidden)
    unannounced = a_visit(case)
    visit = a_visit(case, announced=True, told="By letter.", starts=later(7))
    said: dict[str, Any] = {"where": "", "by": by, "at": at()}
    with pytest.raises(StepRefused, match="unannounced"):
        visit_letters.announce(visit_id=unannounced.pk, parents=[mother.pk], **said)
    soon = a_visit(case, announced=True, told="By letter.")
    with pytest.raises(StepRefused, match="counts as received"):
        visit_letters.announce(visit_id=soon.pk, parents=[mother.pk], **said)
    for parent, words in (
        (forbidden, "not be contacted"),
        (elsewhere, "do not live with"),
        (kept, "no full address"),
    ):
        with pytest.raises(StepRefused, match=words):
            visit_letters.announce(visit_id=visit.pk, parents=[mother.pk, parent.pk], **said)
    assert not appointments.sent_for(visit)
    visit_letters.announce(visit_id=visit.pk, parents=[mother.pk, grandmother.pk], **said)
    hers, theirs = reversed(appointments.sent_for(visit))
    assert (hers.addressee, hers.document.language, hers.document.large_print) == (mother, "pl", True)
    text = " ".join(pages_of(store.read(theirs.document.file)))
    assert "9 Elm Way" in text and "Secret" not in text and mother.forename not in text
    assert "do not have to let us in" in text and "another day or time than" not in text
    text = " ".join(pages_of(store.read(hers.document.file)))
    assert "3 Secret Road" in text and "nie sprawdził" in text
    entry = Entry.objects.get(title__endswith="announced by letter")
    assert (entry.audience, entry.text) == (Audience.SERVICE, "2 letters, each parent's own.")
    with pytest.raises(StepRefused, match="already"):
        visit_letters.announce(visit_id=visit.pk, parents=[grandmother.pk], **said)
    meetings.move(
        meeting_id=visit.meeting_id, starts=later(8), ends=later(8) + 60 * MINUTE, where="There", because="Ill", by=by, at=at()
    )  # fmt: skip
    visit_letters.announce(visit_id=visit.pk, parents=[grandmother.pk], **said)
    text = " ".join(pages_of(store.read(appointments.sent_for(visit)[0].document.file)))
    assert "another day or time than" in text


def test_a_card_names_no_child_and_follows_a_visit_that_was_made() -> None:
    visit = a_visit()
    parent, by = ParentFactory(of=visit.case.pupil), visit.meeting.organiser
    with pytest.raises(StepRefused, match="once you were there"):
        visit_cards.leave(visit_id=visit.pk, parent=parent.pk, by=by, at=at())
    visits.arrive(visit_id=visit.pk, by=by, at=visit.meeting.starts)
    card = visit_cards.leave(visit_id=visit.pk, parent=parent.pk, by=by, at=visit.meeting.starts)
    values = str(card.document.values)
    assert visit.case.pupil.forename not in values and parent.name in values


def test_a_case_does_not_close_while_somebody_is_on_the_way() -> None:
    case = a_case()
    visit = a_visit(case)
    said = {"case_id": case.pk, "reason": "moved", "reasons": "To Wales.", "by": case.owner, "at": at()}
    with pytest.raises(StepRefused, match="Cancel the visits"):
        cases.close(**said)
    visits.cancel(visit_id=visit.pk, because="They moved.", by=case.owner, at=at())
    assert cases.close(**said).closed_because == "moved"
