"""Somebody is away: meetings are covered by a colleague who agrees, or moved; the school hears, no child is named."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import ConflictFactory
from tests.factories_attendance import a_child, at, later
from tests.factories_team import DAY, HOUR, a_manager, a_visit, an_officer, is_away

from mainstay.service.accounts.announcements import left
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import SchoolContact
from mainstay.service.team.actions import away, covering, duty
from mainstay.service.team.models import Absence, Cover, DutyDay
from mainstay.service.team.queries import away as shown
from mainstay.service.team.queries import free, waiting

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(manager: Any, absence: Absence, colleague: Any, *meetings: Any) -> list[Cover]:
    ids = [one.pk for one in meetings]
    return covering.ask(absence_id=absence.pk, meeting_ids=ids, colleague=colleague, by=manager, at=at())


def test_a_colleague_accepts_and_calendars_and_the_school_follow() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    visit = a_visit(officer)
    SchoolContact.objects.create(
        school=visit.school, name="Office", post="Office", email="office@example.org"
    )
    absence = is_away(officer, by=manager)
    assert shown.needed_on(manager, DAY) == [visit]
    (cover,) = asked(manager, absence, colleague, visit)
    visit.refresh_from_db()
    assert visit.organiser == officer  # nothing changes until they accept
    Message.objects.all().delete()
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    visit.refresh_from_db()
    assert visit.organiser == colleague and shown.needed_on(manager, DAY) == []
    told = Message.objects.get(to="office@example.org", kind="email")
    assert colleague.name in told.body
    withdrawn = Message.objects.get(to=officer.email, kind="invitation")
    assert withdrawn.payload["cancel"] is True
    for message in Message.objects.all():
        for word in ("Quickfall", "Zebedee", "ick"):
            assert word not in f"{message.subject} {message.body} {message.payload}"


def test_it_is_taken_back_and_the_visit_is_the_officers_again() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    visit, absence = a_visit(officer), is_away(officer, by=manager)
    (cover,) = asked(manager, absence, colleague, visit)
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    with pytest.raises(StepRefused, match="Only the officer who is away, or a manager"):
        covering.undo(cover_id=cover.pk, by=colleague, at=at())
    covering.undo(cover_id=cover.pk, by=manager, at=at())
    visit.refresh_from_db()
    assert visit.organiser == officer and shown.needed_on(manager, DAY) == [visit]
    with pytest.raises(StepRefused, match="request for cover is undone"):
        covering.undo(cover_id=cover.pk, by=manager, at=at())


def test_declined_whoever_asked_is_told_and_may_ask_another() -> None:
    officer, colleague, another, manager = an_officer(), an_officer(), an_officer(), a_manager()
    visit, absence = a_visit(officer), is_away(officer, by=manager)
    (cover,) = asked(manager, absence, colleague, visit)
    with pytest.raises(StepRefused, match="Somebody else was asked"):
        covering.accept(cover_id=cover.pk, by=another, at=at())
    with pytest.raises(StepRefused, match="asked about one of these already"):
        asked(manager, absence, another, visit)
    covering.decline(cover_id=cover.pk, because="In court.", by=colleague, at=at())
    assert Message.objects.filter(to=manager.email, subject="Cover declined").exists()
    (again,) = asked(manager, absence, another, visit)
    assert shown.asked_of(another) == [again] and shown.asked_of(colleague) == []


def test_none_is_asked_where_one_of_them_cannot_be() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    visit, other = a_visit(officer), a_visit(officer, later(2) + HOUR)
    absence = is_away(officer, by=manager)
    ConflictFactory(user=colleague, pupil=other.pupil)
    with pytest.raises(StepRefused, match="conflict of interest"):
        asked(manager, absence, colleague, visit, other)
    assert not Cover.objects.exists()
    is_away(colleague, day=DAY, first_half="PM")
    with pytest.raises(StepRefused, match="away then"):
        asked(manager, absence, colleague, a_visit(officer, later(2) + 2 * HOUR))
    with pytest.raises(StepRefused, match="Tick meetings and days of this list"):
        asked(manager, absence, an_officer(), a_visit(officer, later(5)))
    with pytest.raises(StepRefused, match="Only the officer who is away"):
        asked(colleague, absence, an_officer(), visit)


def test_a_clash_is_shown_and_a_free_colleague_named() -> None:
    officer, busy, idle = an_officer(), an_officer(), an_officer()
    visit, _ = a_visit(officer), a_visit(busy)
    assert free.free_colleagues([visit], [busy, idle]) == {visit.pk: {busy.pk: "busy", idle.pk: "free"}}
    (said,) = free.preview([visit], busy)
    assert not said.problem and said.clashes == ["25 Nov 2026 at 12:00pm to 1:00pm"]


def test_no_cover_is_found_and_the_meeting_moves_to_a_day_the_officer_is_there() -> None:
    officer, manager = an_officer(), a_manager()
    visit, absence = a_visit(officer), is_away(officer, by=manager)
    SchoolContact.objects.create(
        school=visit.school, name="Office", post="Office", email="office@example.org"
    )
    said = {
        "absence_id": absence.pk,
        "meeting_id": visit.pk,
        "where": "School",
        "because": "The officer is away",
    }

    def move(days: int, by: Any) -> Any:
        starts = later(days) + 3 * HOUR
        return covering.rearrange(**said, starts=starts, ends=starts + HOUR, by=by, at=at())

    with pytest.raises(StepRefused, match="is away then"):
        move(2, manager)
    with pytest.raises(StepRefused, match="cannot move a colleague"):
        move(7, officer)
    assert move(7, manager).starts == later(7) + 3 * HOUR
    assert Cover.objects.get().state == "rearranged" and shown.needed_on(manager, DAY) == []
    body = Message.objects.get(to="office@example.org").body
    assert "Home visit" in body and visit.where not in body  # it may be a home


def test_half_days_count_and_two_absences_do_not_meet() -> None:
    officer = an_officer()
    morning = a_visit(officer, at(DAY, 9))
    absence = is_away(officer, first_half="PM")
    assert morning not in free.to_cover(absence)
    is_away(officer, last_half="AM")
    with pytest.raises(StepRefused, match="entered for some of this time"):
        is_away(officer)
    with pytest.raises(StepRefused, match="must not lie before"):
        is_away(an_officer(), first_half="PM", last_half="AM")
    with pytest.raises(StepRefused, match="a manager enters a colleague"):
        is_away(officer, by=an_officer())


def test_why_somebody_is_away_is_for_them_and_whoever_arranges_cover() -> None:
    officer, manager = an_officer(), a_manager()
    absence = is_away(officer, by=manager)
    assert (absence.kind_for(officer), absence.kind_for(manager)) == ("Sickness", "Sickness")
    assert absence.kind_for(an_officer()) == "Away"
    assert not any("sick" in str(row.payload) for row in AuditRow.objects.filter(action="absence.entered"))


def test_cancelled_nobody_is_asked_any_longer() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    visit, absence = a_visit(officer, pupil=a_child()), is_away(officer, by=manager)
    asked(manager, absence, colleague, visit)
    away.cancel(absence_id=absence.pk, by=officer, at=at())
    assert shown.asked_of(colleague) == [] and shown.needed_on(manager, DAY) == []
    with pytest.raises(StepRefused, match="is cancelled"):
        away.cancel(absence_id=absence.pk, by=officer, at=at())


def test_an_absence_that_ends_sooner_lets_go_of_what_was_asked_for_later() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    absence = is_away(officer, by=manager, last_on=DAY + timedelta(days=3))
    visit = a_visit(officer, later(4))
    (cover,) = asked(manager, absence, colleague, visit)
    with pytest.raises(StepRefused, match="must not lie before"):
        away.move_end(
            absence_id=absence.pk, last_on=DAY - timedelta(days=1), last_half="PM", by=officer, at=at()
        )
    away.move_end(absence_id=absence.pk, last_on=DAY, last_half="PM", by=officer, at=at())
    cover.refresh_from_db()
    absence.refresh_from_db()
    assert (cover.state, absence.last_on) == ("undone", DAY)
    is_away(officer, by=manager, day=DAY + timedelta(days=2), last_on=DAY + timedelta(days=4))
    with pytest.raises(StepRefused, match="Another absence"):
        away.move_end(
            absence_id=absence.pk, last_on=DAY + timedelta(days=2), last_half="PM", by=officer, at=at()
        )
    with pytest.raises(StepRefused, match="Only the officer who is away"):
        away.move_end(absence_id=absence.pk, last_on=DAY, last_half="AM", by=colleague, at=at())


def test_a_duty_day_is_asked_with_a_meeting_accepted_with_it_and_given_back() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    now = timezone.now()
    visit = a_visit(officer, now + timedelta(days=2), at=now)
    day, other_day = timezone.localdate() + timedelta(days=2), timezone.localdate() + timedelta(days=4)
    absence = is_away(officer, by=manager, day=day, last_on=day + timedelta(days=1))
    duty.set_days(officers={day: officer, other_day: officer}, by=manager, at=now)
    client, theirs = signed_in(manager), signed_in(colleague)
    address = reverse("absence", args=[absence.pk])
    page = client.get(address).content.decode()
    assert f'value="{day.isoformat()}"' in page and f'value="{other_day.isoformat()}"' not in page
    assert "1 meeting and 1 duty day" in client.get(reverse("absences")).content.decode()
    ask = {"meeting": [visit.pk], "day": [day.isoformat()], "colleague": colleague.pk}
    preview = client.post(reverse("cover_ask", args=[absence.pk]), ask).content.decode()
    assert "to take 1 meeting and 1 duty day?" in preview and not Cover.objects.exists()
    Message.objects.all().delete()
    client.post(reverse("cover_ask", args=[absence.pk]), {**ask, "action": "ask"})
    body = Message.objects.get(to=colleague.email).body
    assert f"Duty officer on {long_date(day)}" in body and "Home visit" in body
    assert "Cover 1 meeting and 1 duty day" in theirs.get(reverse("home")).content.decode()
    assert "Accept all of them" in theirs.get(reverse("absences")).content.decode()
    assert signed_in(an_officer()).post(reverse("cover_accept_all")).status_code == 302  # nothing of theirs
    assert DutyDay.objects.get(on=day).officer == officer
    theirs.post(reverse("cover_accept_all"))
    visit.refresh_from_db()
    assert visit.organiser == colleague == DutyDay.objects.get(on=day).officer
    assert Message.objects.filter(to=manager.email, subject="Cover accepted").count() == 2
    cover = Cover.objects.get(duty_on=day)
    client.post(reverse("cover_undo", args=[cover.pk]))
    assert DutyDay.objects.get(on=day).officer == officer
    assert Message.objects.filter(to=colleague.email, subject="Cover taken back").exists()


def test_a_duty_day_stays_where_the_rota_changed_or_the_colleague_is_away() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    absence = is_away(officer, by=manager)
    duty.set_days(officers={DAY: officer}, by=manager, at=at())
    said = {
        "absence_id": absence.pk,
        "meeting_ids": [],
        "colleague": colleague,
        "by": manager,
        "at": at(),
    }
    with pytest.raises(StepRefused, match="Tick meetings and days"):
        covering.ask(**said, days=[DAY + timedelta(days=1)])
    (cover,) = covering.ask(**said, days=[DAY])
    with pytest.raises(StepRefused, match="asked about one of these already"):
        covering.ask(**{**said, "colleague": an_officer()}, days=[DAY])
    gone = is_away(colleague)
    with pytest.raises(StepRefused, match="away then"):
        covering.accept(cover_id=cover.pk, by=colleague, at=at())
    away.cancel(absence_id=gone.pk, by=colleague, at=at())
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    another = an_officer()
    duty.set_days(officers={DAY: another}, by=manager, at=at())
    with pytest.raises(StepRefused, match="the rota has changed"):
        covering.undo(cover_id=cover.pk, by=manager, at=at())
    assert DutyDay.objects.get(on=DAY).officer == another
    duty.set_days(officers={DAY: officer}, by=manager, at=at())
    (cover,) = covering.ask(**said, days=[DAY])
    Message.objects.all().delete()
    away.move_end(absence_id=absence.pk, last_on=DAY, last_half="AM", by=manager, at=at())
    cover.refresh_from_db()
    assert cover.state == "asked"  # the morning of that day is still in it
    away.cancel(absence_id=absence.pk, by=manager, at=at())
    cover.refresh_from_db()
    assert cover.state == "undone"
    assert list(Message.objects.values_list("to", "subject")) == [(colleague.email, "Cover taken back")]


def test_a_duty_day_that_passes_on_or_is_over_is_asked_of_nobody_any_longer() -> None:
    officer, colleague, another, manager = an_officer(), an_officer(), an_officer(), a_manager()
    now, today = timezone.now(), timezone.localdate()
    day = today + timedelta(days=2)
    absence = is_away(officer, by=manager, day=day)

    def ask() -> Cover:
        """The day is the officer's and a colleague is asked for it: nothing asked before stands in the way."""
        duty.set_days(officers={day: officer}, by=manager, at=now)
        Message.objects.all().delete()
        said = {"absence_id": absence.pk, "meeting_ids": [], "colleague": colleague, "by": manager, "at": now}
        return covering.ask(**said, days=[day])[0]

    def taken_back(cover: Cover) -> bool:
        cover.refresh_from_db()
        told = Message.objects.filter(to=colleague.email, subject="Cover taken back").count()
        return (cover.state, told, shown.asked_of(colleague)) == ("undone", 1, [])

    for officers in ({day: another}, {day: None}):
        cover = ask()
        duty.set_days(officers=officers, by=manager, at=now)
        assert taken_back(cover)
    cover = ask()
    mine = DutyDay.objects.get(on=day)
    swap = duty.ask_swap(day_id=mine.pk, of=another, in_return=None, because="", by=officer, at=now)
    duty.answer_swap(swap_id=swap.pk, step="accept", by=another, at=now)
    assert taken_back(cover)
    cover = ask()
    left.send(user=officer, at=now)
    assert taken_back(cover) and not DutyDay.objects.exists()
    cover = ask()
    for on, asked_ in ((today, 1), (today - timedelta(days=1), 0)):
        Cover.objects.filter(pk=cover.pk).update(duty_on=on)
        assert (len(shown.asked_of(colleague)), len(waiting.own(colleague, today))) == (asked_, asked_)
