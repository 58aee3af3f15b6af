"""The pages of legal advice: instructed, asked, answered, ended; what a solicitor's pages show, and what nobody else finds."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_court import a_prosecution

from mainstay.service.court.models import (
    Advice,
    Bundle,
    CodeTest,
    Court,
    Hearing,
    Instruction,
    Prosecution,
    Result,
    Sitting,
)
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db
SECRET = "Our case is weak."


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def see(user: Any, name: str, *args: Any, status: int = 200) -> str:
    response = signed_in(user).get(reverse(name, args=args))
    assert response.status_code == status, (name, response.status_code)
    return response.content.decode() if "text/html" in response.get("Content-Type", "") else ""


def post(user: Any, name: str, pk: int, **data: Any) -> Any:
    return signed_in(user).post(reverse(name, args=[pk]), data, follow=True)


@pytest.fixture
def one() -> Prosecution:
    return a_prosecution(pupil=a_child(), state="testing")


@pytest.fixture
def legal() -> Any:
    return UserFactory(role="legal_coordinator")


def test_instructed_asked_answered_and_ended(one, legal):
    solicitor, officer, case = UserFactory(role="solicitor"), one.case.owner, one.case
    see(solicitor, "advice", case.pk, status=404)
    assert "No message yet" in see(officer, "advice_list")
    refused = post(legal, "advice_instruct", case.pk, solicitor=solicitor.pk, about="")
    assert refused.status_code == 400
    page = post(legal, "advice_instruct", case.pk, solicitor=solicitor.pk, about="Review the test.")
    assert "The solicitor is instructed" in page.content.decode() and solicitor.name in page.content.decode()
    paper = SimpleUploadedFile("note.pdf", b"%PDF-1.7\nmade up\n%%EOF\n", "application/pdf")
    page = post(officer, "advice", case.pk, text=SECRET, asks_of="solicitor", file=paper)
    assert "It is sent" in page.content.decode()
    question = Advice.objects.get()
    home = signed_in(solicitor).get("/").content.decode()
    assert "Questions for you" in home and case.number in home and "Cases you are instructed in" in home
    assert SECRET not in home and SECRET not in see(legal, "advice_list")
    assert SECRET in see(solicitor, "advice", case.pk) and SECRET in see(
        solicitor, "advice_answer", question.pk
    )
    file = signed_in(solicitor).get(reverse("advice_file", args=[question.pk]))
    assert file.status_code == 200 and "attachment" in file["Content-Disposition"]
    read = RecordRead.objects.filter(user_id=solicitor.pk, pupil_id=case.pupil_id)
    assert set(read.values_list("page", "reason")) == {
        ("legal advice", "Instructed in the case"), ("legal advice file", "Instructed in the case"),
    }  # fmt: skip
    post(solicitor, "advice_answer", question.pk, text="It is not.")
    page = see(officer, "advice", case.pk)
    assert "It is not." in page and "Answers the question of" in page
    # nobody else: not the chronology, the export, the case's page of others, the school
    exported = b"".join(signed_in(legal).get(reverse("advice_export", args=["csv"]))).decode()
    assert case.number in exported and SECRET not in exported
    assert "Legal advice" in see(officer, "case", case.pk) and "Legal advice" in see(
        legal, "prosecution", one.pk
    )
    other = UserFactory(role="ewo")
    assert "Legal advice" not in see(other, "case", case.pk) + see(other, "prosecution", one.pk)
    for name in ("advice", "advice_answer", "advice_file"):
        see(other, name, case.pk if name == "advice" else question.pk, status=404)
    assert SECRET not in see(legal, "pupil_chronology", case.pupil_id)
    instructed = Instruction.objects.get()
    post(legal, "advice_end", instructed.pk)
    for name, pk in (("advice", case.pk), ("advice_file", question.pk), ("prosecution", one.pk)):
        see(solicitor, name, pk, status=404)
    assert "You are instructed in no case" in signed_in(solicitor).get("/").content.decode()
    case.pupil.restricted = True
    case.pupil.save()
    asks_why = signed_in(officer).get(reverse("advice", args=[case.pk]))
    assert asks_why.status_code == 302 and "/open/" in asks_why.url


def test_what_a_solicitor_sees_of_a_case_leads_nowhere_else(one, legal):
    """Each page of the case opens, and no link on it is refused."""
    solicitor = UserFactory(role="solicitor")
    Instruction.objects.create(case=one.case, solicitor=solicitor, about="Advise.", at=at(), by=legal)
    CodeTest.objects.create(
        prosecution=one, evidential="met", evidential_because="The register.", public_interest="met", outcome="authorise",
        factors={"harm": "Much."}, decision=one.proposal, at=at(), by=one.investigator,
    )  # fmt: skip
    sitting = Sitting.objects.create(
        court=Court.objects.create(name="Invented Court"), starts=at() + timedelta(days=3)
    )
    hearing = Hearing.objects.create(prosecution=one, sitting=sitting, kind="first")
    bundle = Bundle.objects.create(prosecution=one, version=1, made_at=at(), made_by=legal)
    result = Result.objects.create(
        prosecution=one, hearing=hearing, on=at().date(), verdict="convicted", offence="444(1)", recorded_at=at(),
        recorded_by=legal,
    )  # fmt: skip
    other = a_prosecution(pupil=a_child())
    client = signed_in(solicitor)
    pages = {
        "/", reverse("advice", args=[one.case_id]), reverse("prosecution", args=[one.pk]), reverse("bundle", args=[bundle.pk]),
        reverse("hearing", args=[hearing.pk]), reverse("court_result", args=[result.pk]), reverse("advice_list"),
        reverse("advice_opinion", args=[one.pk]), reverse("prosecutions"), reverse("hearings"), reverse("court_results"),
    }  # fmt: skip
    links: set[str] = set()
    for page in sorted(pages):
        html = client.get(page)
        assert html.status_code == 200, page
        words = html.content.decode()
        assert "No longer on your roll" not in words and other.number not in words
        links |= {part.split('"')[0].split("#")[0] for part in words.split('href="')[1:]}
    refused = {
        link for link in links if link.startswith("/") and not link.startswith("/static/") and client.get(link).status_code in (403, 404)
    }  # fmt: skip
    assert refused == set()
    page = post(solicitor, "advice_opinion", one.pk, opinion="more", text="The mother’s letter is missing.")
    assert "Your opinion is sent" in page.content.decode()
    assert "The mother’s letter is missing." in see(legal, "prosecution_review", one.pk)
    assert "More evidence is needed first" in see(legal, "prosecution", one.pk)
    for name, pk in (
        ("prosecution_review", one.pk),
        ("prosecution_test", one.pk),
        ("court_result_void", result.pk),
    ):
        see(solicitor, name, pk, status=403)
