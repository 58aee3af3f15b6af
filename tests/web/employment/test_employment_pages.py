"""Pages of child employment, the public forms, and machines that fill them in."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.factories import ParentFactory, SecondaryFactory, UserFactory
from tests.factories_employment import a_permit, a_report, a_worker, officer
from tests.web import objects_employment

from mainstay.service.directory import searching
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import correct_posting
from mainstay.service.employment.actions import reporting
from mainstay.service.employment.models import Draft, Permit, Report, SchoolView
from mainstay.service.employment.permissions import PAGES

pytestmark = pytest.mark.django_db


def test_every_page_is_there_for_the_child_employment_officer(client):
    pupil = a_worker()
    by = officer()
    ids, extra = objects_employment.make(pupil, ParentFactory(of=pupil), by)
    client.force_login(by)
    for name in PAGES:
        if PAGES[name] == "public" or not (PAGES[name] is None or by.may(PAGES[name])):
            continue
        start = max((key for key in ids if name.startswith(key)), key=len, default="")
        given = dict(extra.get(name, {}))
        if name.endswith("_export"):
            given["kind"] = "csv"
        for kwargs in ({**given, "pk": ids[start]} if start else given, given):
            try:
                address = reverse(name, kwargs=kwargs)
                break
            except Exception:
                continue
        response = client.get(address)
        assert response.status_code in (200, 405), (name, response.status_code)
        response = client.post(address)
        assert response.status_code in (302, 400, 405), (name, response.status_code)
    home = client.get("/").content.decode()
    assert "Illegal employment" in home and "Permits to check" in home
    assert client.get("/").status_code == 200


def test_an_officer_sees_until_when_their_report_can_be_prosecuted(client):
    pupil, by = a_worker(), officer()
    today, at = timezone.localdate(), timezone.now()
    one = a_report(pupil, by, at, seen_on=None)
    client.force_login(by)
    close = reverse("employment_report_close", args=[one.pk])
    assert "no last day to prosecute can be shown" in client.get(close).content.decode()
    Report.objects.filter(pk=one.pk).update(seen_on=today)
    assert "when the child was last seen at work" in client.get(close).content.decode()
    reporting.triage(pk=one.pk, risk="none", told_whom="", reasons="None.", by=by, at=at)
    reporting.close(
        pk=one.pk, outcome="prosecution", reasons="Twice.", offence_from=today, offence_to=None, by=by, at=at
    )
    label = f"{one.number}: last day to begin a prosecution"
    for address in (
        reverse("home"),
        reverse("employment_report", args=[one.pk]),
        reverse("pupil", args=[pupil.pk]),
    ):
        page = client.get(address).content.decode()
        assert label in page and "/deadlines/" not in page, address
    client.force_login(officer())
    assert label not in client.get(reverse("home")).content.decode()
    summary = client.get(reverse("pupil", args=[pupil.pk])).content.decode()
    assert label not in summary and "No deadline of yours is running." in summary


def test_a_decision_without_an_e_mail_address_says_that_the_paper_is_posted(client):
    by = officer()
    one = a_permit(a_worker(), by, employer_email="")
    client.force_login(by)
    decide = reverse("employment_permit_decide", args=[one.pk, "refuse"])
    page = client.post(decide, {"reasons": "Too late at night."}, follow=True).content.decode()
    assert page.count("No e-mail address: print the paper and post it") == 2 and "Not posted yet" in page
    service = Service.objects.get()
    correct_posting(service=service, sent_on=timezone.localdate(), reason="", by=by, at=timezone.now())
    page = client.get(reverse("employment_permit", args=[one.pk])).content.decode()
    assert "Posted " in page and "Not posted yet" not in page


def test_the_child_of_a_report_is_looked_for_by_name(client):
    pupil, by = a_worker(forename="Wilfreda", surname="Ottershaw"), officer()
    searching.write_pupils([pupil.pk])
    one = a_report(child="Somebody’s boy")
    client.force_login(by)
    at = reverse("employment_report_identify", args=[one.pk])
    page = client.get(at).content.decode()
    assert "It gives no date of birth" in page and "born that day" not in page
    assert client.post(at, {"child": "Nobody Ofthisname"}).status_code == 400
    assert client.post(at, {"child": "Ottershaw Wilfreda"}).status_code == 302
    one.refresh_from_db()
    assert one.pupil_id == pupil.pk
    permit = a_permit(by=by, born_on=pupil.date_of_birth)
    at = reverse("employment_permit_identify", args=[permit.pk])
    assert "Whoever is born that day stands below." in client.get(at).content.decode()
    assert client.post(at, {"born": pupil.pk}).status_code == 302


def test_a_school_answers_what_it_is_asked(client):
    pupil, by = a_worker(), officer()
    a_permit(by=by)
    ids, _ = objects_employment.make(pupil, ParentFactory(of=pupil), by)
    user = UserFactory(role="school_staff", school=pupil.school)
    client.force_login(user)
    assert "to work" in client.get("/").content.decode()
    page = client.get(reverse("employment_views"))
    assert pupil.name in page.content.decode()
    at = reverse("employment_view", args=[ids["employment_view"]])
    assert "Corner Bakery" in client.get(at).content.decode()
    assert client.post(at, {"answer": "concern", "text": ""}).status_code == 400
    assert client.post(at, {"answer": "concern", "text": "80%."}).status_code == 302
    assert SchoolView.objects.get(pk=ids["employment_view"]).text == "80%."
    client.force_login(UserFactory(role="school_staff", school=SecondaryFactory()))
    assert client.get(at).status_code == 404
    assert pupil.name not in client.get(reverse("employment_views")).content.decode()


def test_staff_type_a_permit_with_its_hours(client):
    by = officer()
    client.force_login(by)
    data = _permit_pages()
    data |= {"received_on_day": "23", "received_on_month": "11", "received_on_year": "2026"}
    wrong = client.post(reverse("employment_permit_new"), data | {"employer": ""})
    assert wrong.status_code == 400 and "Fenwick" in wrong.content.decode()  # what was typed is kept
    response = client.post(reverse("employment_permit_new"), data)
    one = Permit.objects.get()
    assert response.url == reverse("employment_permit", args=[one.pk]) and one.school_week == [[5, 540, 720]]
    page = client.get(response.url).content.decode()
    assert "Before you can grant the permit" in page and "These hours and this work are allowed." in page


def _permit_pages():
    return {
        "child_name": "Ada Fenwick", "born_on_day": "1", "born_on_month": "5", "born_on_year": "2011", "child_address": "1 Road",
        "child_school": "Invented", "parent_name": "Grace", "parent_contact": "01632 960001", "employer": "Bakery",
        "employer_contact": "Bo", "employer_address": "2 Road", "job": "Shop", "duties": "Serves", "workplace": "2 Road",
        "offered_on_day": "20", "offered_on_month": "11", "offered_on_year": "2026", "starts_on_day": "12", "starts_on_month": "12",
        "starts_on_year": "2026", "school_week_5_0_from": "09:00", "school_week_5_0_to": "12:00", "free_weeks": "yes",
        "insurer": "Invented Mutual",
    }  # fmt: skip


def _fill(client, form, pages, data):
    for page in pages:
        at = reverse("employment_form_page", kwargs={"form": form, "page": page})
        assert client.get(at).status_code == 200
        yield page, at, client.post(at, data)


def test_the_public_form_is_saved_with_a_code_checked_and_sent_once(client):
    start = client.post(reverse("employment_form", args=["permit"]))
    code = re.search(r"<strong>([A-Z0-9-]{14})</strong>", start.content.decode())[1]
    data = _permit_pages()
    for page, at, response in _fill(client, "permit", ["employer", "child", "work"], data):
        assert response.status_code == 302, (page, at)
    hours = reverse("employment_form_page", kwargs={"form": "permit", "page": "hours"})
    late = client.post(hours, data | {"school_week_1_0_from": "17:00", "school_week_1_0_to": "21:00"})
    assert late.status_code == 400 and "work ends after 7pm" in late.content.decode()
    client.get(reverse("employment_form_leave", args=["permit"]))
    assert client.get(hours).status_code == 302
    assert (
        client.post(
            reverse("employment_form_resume", args=["permit"]), {"code": "AAAA-BBBB-CCCC"}
        ).status_code
        == 400
    )
    assert (
        client.post(reverse("employment_form_resume", args=["permit"]), {"code": code.lower()}).status_code
        == 302
    )
    assert client.post(hours, data).status_code == 302
    check = reverse("employment_form_check", args=["permit"])
    assert "To fill in" in client.get(check).content.decode()
    safety = reverse("employment_form_page", kwargs={"form": "permit", "page": "safety"})
    bad = client.post(safety, data | {"risk_upload": SimpleUploadedFile("risk.pdf", b"no pdf")})
    assert bad.status_code == 400 and "cannot be kept" in bad.content.decode()
    pdf = SimpleUploadedFile("risk.pdf", b"%PDF-1.7\nrisks")
    assert client.post(safety, data | {"risk_upload": pdf}).status_code == 302
    parent = reverse("employment_form_page", kwargs={"form": "permit", "page": "parent"})
    assert client.post(parent, data).status_code == 302
    assert "very quick" in client.post(check).content.decode() and not Permit.objects.exists()
    Draft.objects.update(begun_at=timezone.now() - timedelta(minutes=5))
    sent = client.post(check)
    one = Permit.objects.get()
    assert one.number in sent.content.decode() and one.source == "public" and one.risk_file_id
    assert not Draft.objects.exists() and sent["Cache-Control"] == "no-store"
    assert client.post(check).status_code == 302 and Permit.objects.count() == 1


def test_a_child_too_young_for_any_work_is_said_where_the_birthday_is_typed(client):
    client.post(reverse("employment_form", args=["permit"]))
    data = _permit_pages() | {"born_on_year": str(timezone.localdate().year - 12)}
    child, hours = (
        reverse("employment_form_page", kwargs={"form": "permit", "page": p}) for p in ("child", "hours")
    )
    assert client.post(child, data).url == child
    page = client.get(child).content.decode()
    assert (
        "Nobody under 14 may be employed" in page and "call the council" in page and "these hours" not in page
    )
    noted = re.search(r'name="noted" value="(\w+)"', page)[1]
    assert client.post(child, data | {"noted": noted}).url.endswith("/work/")
    list(_fill(client, "permit", ["work"], data))
    said = client.post(hours, data).content.decode()
    assert (
        "Other hours do not change that" in said
        and "Change these hours. Weeks with school: the child is" not in said
    )
    assert client.post(child, _permit_pages() | {"noted": noted}).url.endswith("/work/")


def test_machines_send_nothing(client):
    trapped = client.post(reverse("employment_form", args=["report"]), {"website": "http://spam.example"})
    assert "Thank you" in trapped.content.decode() and not Draft.objects.exists()
    client.post(reverse("employment_form", args=["report"]))
    data = {"employer": "Car wash", "premises": "6 Road", "concern": "At night.", "danger": "no"}
    for page, at, response in _fill(client, "report", ["place", "concern", "you"], data):
        assert response.status_code == 302, (page, at)
    Draft.objects.update(begun_at=timezone.now() - timedelta(minutes=5))
    check = reverse("employment_form_check", args=["report"])
    client.post(check, {"website": "x"})
    assert not Report.objects.exists()
    codes = [
        client.post(reverse("employment_form_resume", args=["report"]), {"code": "x"}).status_code
        for _ in range(21)
    ]
    assert codes[-1] == 429 and codes[0] == 400
    begun = [client.post(reverse("employment_form", args=["report"])).status_code for _ in range(31)]
    assert begun[-1] == 429
    assert client.get(reverse("employment_form", args=["nothing"])).status_code == 404


def _licence_pages():
    return {
        "producer": "Harbour Stage", "producer_contact": "Bo", "producer_address": "2 Road", "production": "Winter",
        "kind": "stage", "venue": "Hall", "child_part": "Sings", "regulated": "yes", "payment": "no", "absence": "no",
        "by_school": "no", "child_name": "Ada Fenwick", "born_on_day": "1", "born_on_month": "5", "born_on_year": "2014",
        "child_address": "1 Road", "child_school": "Invented",
    }  # fmt: skip


def _day(n, arrives, leaves, acting, on="2027-01-05"):
    return {
        f"day{n}_on": on,
        f"day{n}_arrives": arrives,
        f"day{n}_leaves": leaves,
        f"day{n}_acting": str(acting),
    }


def test_days_of_a_performance_are_asked_of_the_law_at_once_and_more_can_be_added(client):
    client.post(reverse("employment_form", args=["licence"]))
    list(_fill(client, "licence", ["producer", "performance", "child"], _licence_pages()))
    days = reverse("employment_form_page", kwargs={"form": "licence", "page": "days"})
    page = client.get(days).content.decode()
    assert page.count(">School day</label>") == 12 and 'data-label="Arrives"' in page
    never = client.post(days, _day(0, "13:00", "14:00", 120))
    assert never.status_code == 400 and "Change these hours. " in never.content.decode()
    long = _day(0, "13:00", "23:45", 420)
    assert client.post(days, long).url == days  # kept, and what is against it is read before it goes on
    page = client.get(days).content.decode()
    assert "Look at these hours again" in page and "the child would perform for 7 hours" in page
    noted = re.search(r'name="noted" value="(\w+)"', page)[1]
    assert client.post(days, long | {"noted": noted}).url.endswith("/care/")
    mended = client.post(days, _day(0, "13:00", "16:00", 60) | {"noted": noted})
    assert mended.url.endswith("/care/")  # nothing is left to read
    assert client.post(days, _day(0, "13:00", "16:00", 60)).url.endswith("/care/")
    more = client.post(
        days, _day(0, "13:00", "16:00", 60) | _day(11, "13:00", "16:00", 60, "2027-01-06") | {"more": "1"}
    )
    assert more.url == f"{days}?more=1" and "day23_on" in client.get(more.url).content.decode()
    assert (
        client.post(
            days, _day(0, "13:00", "16:00", 60) | _day(23, "9:00", "12:00", 45, "2027-01-07")
        ).status_code
        == 302
    )
    check = client.get(reverse("employment_form_check", args=["licence"])).content.decode()
    assert "Is a charge made, has the place a licence to sell alcohol" in check
    assert "there 9am to 12pm, performing 45 minutes, no lessons, not a school day" in check


def test_times_are_typed_and_shown_as_times_and_what_holds_later_stands_in_the_list_of_values(client):
    client.force_login(UserFactory(role="service_manager"))
    at = reverse("employment_value_set", args=["opens"])
    assert 'value="08:30"' in client.get(at).content.decode()
    later = timezone.localdate() + timedelta(days=30)
    said = {
        "value": "09:15",
        "reason": "Ours",
        "since_day": later.day,
        "since_month": later.month,
        "since_year": later.year,
    }
    assert client.post(at, said).status_code == 302
    assert "9:15am" in client.get(at).content.decode()
    listed = client.get(reverse("council_values") + "?q=schools+open&state=set").content.decode()
    assert f"{later.day} {later:%B %Y}: 9:15am" in listed and "8:30am" in listed
