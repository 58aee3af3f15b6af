"""The pages of the room as its people use them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PupilFactory, UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_missing import accepted, an_officer, of_school, referred

from mainstay.service.directory import searching
from mainstay.service.missing.actions import enquiring
from mainstay.service.missing.models import MissingChild

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_officers_first_page_and_list_have_risk_first() -> None:
    officer = an_officer()
    referred(surname="Quiet")
    risky = referred(surname="Urgent", risks=("harm",))
    client = signed_in(officer)
    home = text(client.get(reverse("home")))
    assert "Referrals to look through" in home
    page = text(client.get(reverse("missing")))
    assert page.index("Urgent") < page.index("Quiet")
    assert "2 children" in page
    shown = text(client.get(reverse("missing_child", args=[risky.pk])))
    assert "Tell them today, before anything else" in shown
    assert "01632 960100" in shown
    csv = b"".join(client.get(reverse("missing_export", args=["csv"])))
    assert risky.number in csv.decode("utf-8-sig")


def test_what_was_typed_stays_when_it_is_refused() -> None:
    officer = an_officer()
    one = accepted(officer)
    client = signed_in(officer)
    response = client.post(
        reverse("missing_close", args=[one.pk]), {"reason": "home", "evidence": "A letter came."}
    )
    assert response.status_code == 400
    page = text(response)
    assert re.search(r'<a href="#id_confirmed_by">Say who confirmed it\.</a>', page)
    assert re.search(r'<a href="#id_confirmed_on[^"]*">Say on which day it was confirmed\.</a>', page)
    assert "Confirmed by (optional)" not in page and "JPEG or PNG (optional)" in page
    assert "A letter came." in page


def test_a_match_that_was_decided_is_taken_over(client: Client) -> None:
    officer, pupil = an_officer(), PupilFactory()
    one = accepted(officer)
    one.candidates.create(
        pupil=pupil, school=pupil.school, score=0.9, digest="x", found="night", found_at=at(), state="same",
        decided_at=at(), decided_by=officer, entered_on=TODAY,
    )  # fmt: skip
    client.force_login(officer)
    assert f"On the roll of {pupil.school.name}" in text(client.get(reverse("missing_found", args=[one.pk])))
    close = text(client.get(reverse("missing_close", args=[one.pk])))
    assert f'<option value="{pupil.school_id}" selected>' in close


def test_a_school_reads_its_answer_and_not_the_councils_enquiries() -> None:
    one, lead = of_school()
    officer = an_officer()
    enquiring.enquire(
        child_id=one.pk, source="housing", asked_on=TODAY, legal_basis="Duty", by=officer, at=at()
    )
    enquiring.write(child_id=one.pk, text="For officers.", between="service", by=officer, at=at())
    enquiring.write(child_id=one.pk, text="For the school.", between="school", by=officer, at=at())
    MissingChild.objects.filter(pk=one.pk).update(answer="Found with an aunt.", answered_at=at())
    page = text(signed_in(lead).get(reverse("missing_child", args=[one.pk])))
    assert "Found with an aunt." in page
    assert "For the school." in page
    assert "Housing" not in page
    assert "For officers." not in page


def test_a_school_refers_by_its_pages() -> None:
    one, lead = of_school()
    client = signed_in(lead)
    risk = client.post(reverse("missing_risk", args=[one.pk]), {"risks": ["worker"]})
    assert risk.url == reverse("missing_alert", args=[one.pk])
    assert "Social care: 01632 960100" in text(client.get(risk.url))
    told = {
        "to": "social_care", "on_day": "23", "on_month": "11", "on_year": "2026", "at": "11:15", "spoke_to": "The front door",
    }  # fmt: skip
    assert client.post(reverse("missing_alert", args=[one.pk]), told).status_code == 302
    form = {
        "surname": "Fenwick",
        "reason": "gone",
        "told": "Away.",
        "safeguarding": "None.",
        "parents": "Jo, mother, 01632 960001",
    }
    assert client.post(reverse("missing_refer", args=[one.pk]), form).status_code == 302
    one.refresh_from_db()
    assert one.state == "referred"
    assert one.parents.get().phone == "01632 960001"
    paper = client.get(reverse("missing_paper", args=[one.pk]))
    assert paper.content.startswith(b"%PDF")


def test_the_number_is_found_and_the_settings_are_kept() -> None:
    officer = an_officer()
    one = referred()
    client = signed_in(officer)
    assert one.number in text(client.post(reverse("search"), {"q": one.number}, follow=True))
    day = timezone.localdate()
    said = {
        "value": "SO99\nSO98",
        "since_day": f"{day.day}",
        "since_month": f"{day.month}",
        "since_year": f"{day.year}",
        "reason": "Ours.",
    }
    assert client.post(reverse("missing_value_set", args=["area"]), said).status_code == 302
    assert "SO98" in text(client.get(reverse("missing_values")))
    assert text(signed_in(UserFactory(role="ewo")).get(reverse("missing_liaison")))


def test_the_record_is_found_by_name_and_shown_beside_what_was_told() -> None:
    officer, one = an_officer(), referred()
    pupil = PupilFactory(forename="Wilfreda", surname="Ottershaw")
    searching.write_pupils([pupil.pk])
    client, address = signed_in(officer), reverse("missing_link", args=[one.pk])
    neither = client.post(address, {})
    assert neither.status_code == 400
    assert "one of the two" in text(neither)
    assert client.post(address, {"child": "Ottershaw Wilfreda"}).status_code == 302
    one.refresh_from_db()
    assert one.pupil == pupil
    assert "What the child’s record says" in text(client.get(reverse("missing_child", args=[one.pk])))
    assert client.post(address, {"none": "on"}).status_code == 302


def test_a_closing_day_that_looks_wrong_offers_the_box() -> None:
    officer = an_officer()
    one = accepted(officer)
    said = {
        "reason": "registered", "school_told": "Elsewhere", "attended_on_day": "1", "attended_on_month": "11",
        "attended_on_year": "2026", "confirmed_by": "The head", "confirmed_on_day": "23", "confirmed_on_month": "11",
        "confirmed_on_year": "2026", "evidence": "Seen.",
    }  # fmt: skip
    client, address = signed_in(officer), reverse("missing_close", args=[one.pk])
    response = client.post(address, said)
    assert response.status_code == 400
    assert "The day is right all the same" in text(response)
    assert client.post(address, {**said, "sure": "on"}).status_code == 302
