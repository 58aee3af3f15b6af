"""The team's pages: what each shows and to whom, what they ask of the database, what stays when a form is wrong."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import LinkOfficerFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_cases import a_case
from tests.factories_team import HOUR, a_manager, a_visit, an_officer, is_away

from mainstay.service.casework.models import Case
from mainstay.service.common.outbox.models import Message
from mainstay.service.directory.searching import write_pupils
from mainstay.service.record.access import open_restricted
from mainstay.service.team.actions import contacts
from mainstay.service.team.models import Absence, Call, Cover, DutyDay

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def today_away(officer: Any) -> Absence:
    return is_away(officer, day=timezone.localdate())


def test_a_school_reads_its_officer_and_who_answers_while_they_are_away() -> None:
    school, officer, duty = (
        SchoolFactory(),
        an_officer(phone="01632 960111"),
        an_officer(phone="01632 960222"),
    )
    LinkOfficerFactory(school=school, officer=officer)
    LinkOfficerFactory(school=SchoolFactory(name="Elsewhere Primary"))
    today_away(officer)
    DutyDay.objects.create(on=timezone.localdate(), officer=duty, set_by=officer, set_at=at())
    page = text(signed_in(UserFactory(role="school_staff", school=school)).get(reverse("link_officers")))
    for words in (officer.name, "01632 960111", "Away", f"{duty.name} answers", "01632 960222"):
        assert words in page
    assert "Elsewhere Primary" not in page and "Sickness" not in page


def test_the_public_page_shows_work_contacts_and_nothing_of_absences_or_those_who_do_not_want_it() -> None:
    shown, hidden = an_officer(name="Shown Person", phone="01632 960444"), an_officer(name="Hidden Person")
    for officer in (shown, hidden):
        LinkOfficerFactory(school=SchoolFactory(), officer=officer)
    said = {"phone": "01632 960333", "teams": "", "hours": "", "by": hidden, "at": at()}
    contacts.change(user=hidden, public=False, **said)
    today_away(shown)
    response = Client().get(reverse("contact_cards"))
    page = text(response)
    assert response.status_code == 200 and "Shown Person" in page
    assert "Hidden Person" not in page and "Away" not in page
    assert (
        "01632 960333" not in page and "01632 960444" not in page
    )  # an account's own telephone is not published


def test_who_is_on_duty_is_led_to_the_desk_once_a_day() -> None:
    officer = an_officer()
    client = signed_in(officer)
    assert client.get(reverse("home")).status_code == 200
    DutyDay.objects.create(on=timezone.localdate(), officer=officer, set_by=officer, set_at=at())
    assert client.get(reverse("home")).url == reverse("duty")  # type: ignore[attr-defined]
    assert "autofocus" in text(client.get(reverse("duty")))
    assert client.get(reverse("home")).status_code == 200


def test_a_call_takes_two_boxes_and_a_child_is_chosen_where_several_fit() -> None:
    client = signed_in(officer := an_officer())
    children = [PupilFactory(surname="Hollybush", forename=name) for name in ("Ada", "Ben")]
    write_pupils([child.pk for child in children])
    said = {"question": "Is it code I?", "who": "Ms Invented", "asker": "school", "way": "phone",
            "theme": "Codes and registers"}  # fmt: skip
    assert client.post(reverse("duty"), said).status_code == 302
    wrong = client.post(reverse("duty"), {**said, "child": "Hollybush", "advice": "Yes, with a reason."})
    page = text(wrong)
    assert (
        wrong.status_code == 400 and "Several children may be meant" in page and "Yes, with a reason." in page
    )
    chosen = {**said, "child": "Hollybush", "child_id": children[1].pk}
    assert client.post(reverse("duty"), chosen).status_code == 302
    assert list(Call.objects.order_by("pk").values_list("pupil", flat=True)) == [None, children[1].pk]
    by_upn = client.post(reverse("duty"), {**said, "child": children[0].upn, "advice": "Yes."})
    assert by_upn.status_code == 302 and Call.objects.latest("pk").pupil == children[0]
    assert Call.objects.latest("pk").taken_by == officer


def test_a_restricted_child_stands_in_the_log_and_its_export_by_initials_without_what_was_said() -> None:
    officer = an_officer()
    child = PupilFactory(surname="Verysecret", restricted=True)
    open_restricted(pupil=child, by=officer, at=timezone.now(), reason="Called about them")
    given = {"asker": "school", "way": "phone", "theme": "Other", "who": "Somebody", "taken_by": officer}
    Call.objects.create(pupil=child, question="Where does Verysecret live?", asked_at=timezone.now(), **given)
    client = signed_in(officer)
    for name, args in (("duty", []), ("duty_calls", []), ("duty_calls_export", ["csv"])):
        response = client.get(reverse(name, args=args))
        said = b"".join(response.streaming_content).decode() if response.streaming else text(response)
        assert "Verysecret" not in said and (name == "duty" or child.initials in said), name
    one = Call.objects.get()
    assert "Where does Verysecret live?" in text(client.get(reverse("duty_call", args=[one.pk])))
    other = signed_in(an_officer()).get(reverse("duty_call", args=[one.pk]))
    assert other.status_code == 302 and "pupils" in other.url  # type: ignore[attr-defined]


def test_cover_is_asked_in_two_steps_and_answered_by_the_colleague() -> None:
    officer, colleague, manager = an_officer(), an_officer(), a_manager()
    starts = timezone.now() + timedelta(days=2)
    visit = a_visit(officer, starts, at=timezone.now())
    absence = is_away(
        officer, by=manager, day=timezone.localdate(starts), last_on=timezone.localdate(starts + HOUR)
    )
    client = signed_in(manager)
    ask = reverse("cover_ask", args=[absence.pk])
    said = {"meeting": [visit.pk], "colleague": colleague.pk}
    assert "Free" in text(client.post(ask, said)) and not Cover.objects.exists()
    client.post(ask, {**said, "action": "ask"})
    cover = Cover.objects.get()
    theirs = signed_in(colleague)
    assert "You are asked to cover" in text(theirs.get(reverse("absences")))
    assert "Cover 1 meeting" in text(theirs.get(reverse("home")))
    theirs.post(reverse("cover_answer", args=[cover.pk]), {"step": "accept"})
    visit.refresh_from_db()
    assert visit.organiser == colleague
    assert Message.objects.filter(kind="invitation", to=colleague.email).exists()


def test_a_move_that_is_wrong_keeps_what_was_typed() -> None:
    officer, manager = an_officer(), a_manager()
    starts = timezone.now() + timedelta(days=2)
    visit = a_visit(officer, starts, at=timezone.now())
    absence = is_away(
        officer, by=manager, day=timezone.localdate(starts), last_on=timezone.localdate(starts + HOUR)
    )
    day = timezone.localdate(starts)
    said = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "at": "09:00", "minutes": 30, "where": "The library",
            "because": "The officer is away"}  # fmt: skip
    response = signed_in(manager).post(reverse("cover_rearrange", args=[absence.pk, visit.pk]), said)
    assert (
        response.status_code == 400 and "is away then" in text(response) and "The library" in text(response)
    )


def nobodys() -> Case:
    """A case without an officer."""
    case = a_case()
    case.owner = None
    case.save()
    return case


def many(number: int) -> None:
    """That many of everything a list of the team shows."""
    for n in range(number):
        officer = an_officer()
        case = a_case(owner=officer)
        LinkOfficerFactory(school=case.school, officer=officer)
        starts = timezone.now() + timedelta(days=1, hours=n)
        a_visit(officer, starts, pupil=case.pupil, at=timezone.now())
        today_away(officer)
        nobodys()
        Call.objects.create(
            pupil=case.pupil, school=case.school, question="Which code?", who="Ms Invented", theme="Other",
            asked_at=timezone.now(), taken_by=officer,
        )  # fmt: skip
        day = timezone.localdate() + timedelta(days=n)
        DutyDay.objects.create(on=day, officer=officer, set_by=officer, set_at=at())


@pytest.mark.parametrize("name", ["link_officers", "caseloads", "absences", "duty", "duty_calls", "duty_rota",
                                  "supervisions", "quality"])  # fmt: skip
def test_no_list_asks_once_a_row(name: str, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(a_manager())
    many(2)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    for _ in range(2):
        SchoolFactory()
    DutyDay.objects.all().delete()
    many(6)
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse(name)).status_code == 200


def test_what_waits_for_an_officer_is_given_to_one_from_the_caseloads() -> None:
    manager, officer = a_manager(), an_officer(name="Light Load")
    busy, case = an_officer(name="Heavy Load"), nobodys()
    for _ in range(2):
        a_case(owner=busy)
    client = signed_in(manager)
    page = text(client.get(reverse("caseloads")))
    assert page.index("Light Load") < page.index("Heavy Load") and "weight 6" in page
    give = reverse("case_allocate", args=[case.pk])
    assert give in page
    client.post(give, {"owner": officer.pk, "because": "Has room"})
    case.refresh_from_db()
    assert case.owner == officer


def test_a_desk_whose_officer_is_away_stands_on_the_first_page() -> None:
    officer, manager, today = an_officer(), a_manager(), timezone.localdate()
    DutyDay.objects.create(on=today, officer=officer, set_by=manager, set_at=timezone.now())
    assert "The duty desk" not in text(signed_in(manager).get(reverse("home")))
    is_away(officer, by=manager, day=today, last_on=today)
    assert "The duty desk" in text(signed_in(manager).get(reverse("home")))


def test_an_officer_is_back_sooner() -> None:
    officer, today = an_officer(), timezone.localdate()
    absence = is_away(officer, by=officer, day=today, last_on=today + timedelta(days=4))
    client = signed_in(officer)
    end, before, back = (
        reverse("absence_end", args=[absence.pk]),
        today - timedelta(days=1),
        today + timedelta(days=1),
    )

    def day(on: date) -> dict[str, int]:
        return {"last_on_day": on.day, "last_on_month": on.month, "last_on_year": on.year}

    wrong = client.post(end, {**day(before), "last_half": "PM"})
    assert wrong.status_code == 400 and "must not lie before the first" in text(wrong)
    client.post(end, {**day(back), "last_half": "AM"})
    absence.refresh_from_db()
    assert (absence.last_on, absence.last_half) == (back, "AM")
