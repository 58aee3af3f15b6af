"""The pages of notifications and matching, as a school and an officer walk through them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import PupilFactory, SchoolFactory, UserFactory
from tests.factories_intake import missing_child

from mainstay.service.directory import searching
from mainstay.service.missing.actions import notifications
from mainstay.service.missing.models import Candidate, DueReturn, Notification, OffRolling

pytestmark = pytest.mark.django_db


def test_a_deletion_from_what_is_due_to_accepted(client) -> None:
    today = timezone.localdate()
    pupil = PupilFactory(school=SchoolFactory())
    staff, cme = UserFactory(role="school_staff", school=pupil.school), UserFactory(role="cme_officer")
    due = DueReturn.objects.create(
        kind="leaver", school=pupil.school, pupil=pupil, on=today, due_on=today, found_at=timezone.now()
    )
    client.force_login(staff)
    page = client.get(reverse("school_returns"))
    address = f"{reverse('school_return_new', args=['leaver'])}?due={due.pk}"
    assert address.replace("&", "&amp;") in page.content.decode()
    assert "On which ground" in client.get(address).content.decode()
    day = {"first_on_day": today.day, "first_on_month": today.month, "first_on_year": today.year}
    died = {"died_on_day": today.day, "died_on_month": today.month, "died_on_year": today.year}
    said = {"school": pupil.school.pk, **day, "numbers": "01632 960001"}
    wrong = client.post(f"{address}&ground=death", {**said, "died_on_day": "31"})
    assert wrong.status_code == 400
    assert 'value="31"' in wrong.content.decode()
    posted = client.post(f"{address}&ground=death", {**said, **died})
    one = Notification.objects.get()
    assert posted.url == reverse("school_return", args=[one.pk])
    assert "Missing: the child’s address." in client.get(posted.url).content.decode()
    client.post(posted.url, {**said, **died, "address": "1 Road", "parents": "His mother"})
    client.force_login(cme)
    assert one.number in client.get(reverse("notifications")).content.decode()
    assert "confirm with legal" in client.get(reverse("notification", args=[one.pk])).content.decode()
    client.post(reverse("notification_accept", args=[one.pk]))
    one.refresh_from_db()
    due.refresh_from_db()
    assert (one.state, due.state) == ("accepted", "made")
    csv = client.get(reverse("notifications_export", args=["csv"]) + "?state=accepted")
    assert csv.status_code in (200, 404)


def test_what_differs_is_accepted_with_a_reason_and_a_sent_text_is_forgotten(client) -> None:
    pupil = PupilFactory()
    cme = UserFactory(role="cme_officer")
    one, _ = notifications.send(
        kind="ten_days", school=pupil.school, pupil=pupil, first_on=date(2026, 11, 2), last_on=date(2026, 11, 16),
        said={"done": "Calls."}, by=UserFactory(role="school_staff", school=pupil.school), at=timezone.now(),
    )  # fmt: skip
    assert one.doubts
    client.force_login(cme)
    page, accept = reverse("notification", args=[one.pk]), reverse("notification_accept", args=[one.pk])
    refused = client.post(accept, {"why": " "})
    assert refused.status_code == 400
    assert "Say why it is accepted all the same" in refused.content.decode()
    back = client.post(page, {"words": "Which days?"}, follow=True)
    assert f'data-saved="{page}"' in back.content.decode()
    Notification.objects.filter(pk=one.pk).update(state="sent")
    assert client.post(accept, {"why": "Seen on paper."}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.words) == ("accepted", "Seen on paper.")


def test_the_return_of_a_signed_deletion_has_child_ground_and_day(client) -> None:
    pupil, now = PupilFactory(), timezone.now()
    head = UserFactory(role="head_teacher", school=pupil.school)
    child = missing_child(pupil=pupil, school=pupil.school)
    child.roll_decisions.create(
        pupil=pupil, school=pupil.school, ground="I", proposed_at=now, proposed_by=head, located=False, outcome="delete",
        decided_at=now, from_day=date(2026, 10, 1),
    )  # fmt: skip
    today = timezone.localdate(now)
    due = DueReturn.objects.create(
        kind="leaver", school=pupil.school, pupil=pupil, on=today, due_on=today, found_at=now
    )
    client.force_login(head)
    page = client.get(reverse("missing_child", args=[child.pk])).content.decode()
    assert "Make the deletion return" in page
    assert "Propose to delete the name" not in page
    form = client.get(reverse("school_return_due", args=[due.pk]), follow=True).content.decode()
    assert pupil.listed_name in form
    assert "I: " in form
    assert f'value="{today.year}"' in form
    assert "On which ground" not in form


def test_another_school_sees_nothing_of_it(client) -> None:
    pupil = PupilFactory()
    client.force_login(UserFactory(role="school_staff", school=SchoolFactory()))
    raised = OffRolling.objects.create(
        school=pupil.school, pupil=pupil, left_on=date(2026, 11, 1), why="x", asked="y", state="raised",
        state_since=timezone.now(), found_at=timezone.now(),
    )  # fmt: skip
    assert client.get(reverse("school_off_rolling", args=[raised.pk])).status_code == 404
    assert client.get(reverse("notifications")).status_code == 403


def test_search_and_decide(client) -> None:
    pupil = PupilFactory(forename="Siobhan", surname="Kearney", date_of_birth=date(2013, 5, 4))
    hidden = PupilFactory(
        forename="Siobhan", surname="Kearny", date_of_birth=date(2013, 5, 4), restricted=True
    )
    searching.write_pupils([pupil.pk, hidden.pk])
    client.force_login(UserFactory(role="cme_officer"))
    said = {
        "forename": "Shivaun",
        "surname": "Kearnie",
        "born_day": "4",
        "born_month": "5",
        "born_year": "2013",
    }
    page = client.post(reverse("match_search"), said).content.decode()
    assert "Kearney, Siobhan" in page
    assert "Kearny," not in page
    assert client.post(reverse("match_search"), {}).status_code == 400
    child = missing_child(forename="Siobhan", surname="Kearnie", date_of_birth=date(2013, 5, 4), sex="F")
    client.post(reverse("match_compare", args=[child.pk]))
    pair = Candidate.objects.get(pupil=pupil)
    address = reverse("match", args=[pair.pk])
    assert "same birthday" in client.get(address).content.decode()
    assert client.post(address, {"outcome": "same", "reasons": ""}).status_code == 400
    client.post(address, {"outcome": "same", "reasons": "The school confirmed the mother’s name."})
    child.refresh_from_db()
    assert child.pupil == pupil
    closed = reverse("match", args=[Candidate.objects.get(pupil=hidden).pk])
    assert "open" in client.get(closed).url, "a restricted record asks for a reason first"


def test_reminders_go_from_the_list(client) -> None:
    pupil = PupilFactory()
    row = DueReturn.objects.create(
        kind="joiner",
        school=pupil.school,
        pupil=pupil,
        on=date(2026, 9, 7),
        due_on=date(2026, 9, 12),
        found_at=timezone.now(),
    )
    client.force_login(UserFactory(role="business_support"))
    assert "Returns overdue" in client.get(reverse("home")).content.decode()
    client.post(reverse("returns_due"), {"row": [row.pk]})
    row.refresh_from_db()
    assert row.times_chased == 1
    assert row.chased_at > timezone.now() - timedelta(minutes=5)
