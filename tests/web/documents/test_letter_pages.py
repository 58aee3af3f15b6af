"""Letters: what they say, changed for a day on, looked at before and after."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory
from tests.web.attendance.helpers import sign_in, text_of

from mainstay.service.documents import wording
from mainstay.service.documents.letters import LETTERS
from mainstay.service.documents.models import Wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    return sign_in("service_manager")[0]


def said(text: str, **given: Any) -> dict[str, str]:
    today = timezone.localdate()
    day = {"since_day": str(today.day), "since_month": str(today.month), "since_year": str(today.year)}
    return {"text": text, "reason": "Parents asked for it", **day, **given}


def words_of(response: Any) -> str:
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def slot(template: str = "penalty_notice", name: str = "opening") -> str:
    return reverse("letter_slot", args=[template, name])


def test_every_letter_is_listed_with_the_languages_and_that_no_translator_confirmed_them(
    manager: Client,
) -> None:
    page = text_of(manager.get(reverse("letters")))
    assert all(letter.name in page and reverse("letter", args=[t]) in page for t, letter in LETTERS.items())
    assert page.count("not yet confirmed by a translator") == 2 and "Romanian" in page


def test_words_are_changed_and_the_version_before_is_kept(manager: Client) -> None:
    assert manager.post(slot(), said("We are sorry to write.")).status_code == 302
    assert manager.post(slot(), said("We write about school.")).status_code == 302
    page = text_of(manager.get(reverse("letter", args=["penalty_notice"])))
    assert "We write about school." in page and "Version 1" in page and "We are sorry to write." in page
    assert "Parents asked for it" in page
    assert "Own words" in text_of(manager.get(reverse("letters")))


def test_words_for_later_do_not_stand_yet(manager: Client) -> None:
    later = timezone.localdate() + timedelta(days=9)
    day = {"since_day": str(later.day), "since_month": str(later.month), "since_year": str(later.year)}
    assert manager.post(slot(), said("From next week.") | day).status_code == 302
    page = text_of(manager.get(reverse("letter", args=["penalty_notice"])))
    assert "Nothing is said here" in page and "From next week." in page


def test_what_cannot_stand_is_refused_and_what_was_typed_stays(manager: Client) -> None:
    for text, words in (("Pay £60 now.", "sums of money"), ("x" * 601, "at most 600")):
        response = manager.post(slot(), said(text))
        assert response.status_code == 400 and words in text_of(response) and text in text_of(response)
    response = manager.post(slot(name="sign_off"), said(""))
    assert "cannot be left empty" in text_of(response)
    response = manager.post(slot(), said("Kind words.", reason=""))
    assert response.status_code == 400 and "Say why the wording is changed" in text_of(response)
    assert not Wording.objects.exists()


def test_the_preview_shows_the_words_being_typed_before_they_are_kept(manager: Client) -> None:
    preview = reverse("letter_preview", args=["penalty_notice"])
    typed = manager.post(preview, {"slot": "opening", "text": "Please read on.\n\nIt matters."})
    assert "Please read on. It matters. This notice is about" in words_of(typed)
    assert not Wording.objects.exists()
    assert "Please read on" not in words_of(manager.get(preview))
    refused = manager.post(preview, {"slot": "opening", "text": "Pay £1"})
    assert refused.status_code == 400 and b"sums of money" in refused.content


def test_previews_come_in_every_form_in_large_print_and_in_each_language(manager: Client) -> None:
    preview = reverse("letter_preview", args=["penalty_notice"])
    assert "£60" in words_of(manager.get(preview, {"sample": "Excluded child"}))
    assert "£80" not in words_of(manager.get(preview, {"sample": "Second notice"}))
    assert "Zawiadomienie o karze" in words_of(manager.get(preview, {"language": "pl"}))
    large = manager.get(preview, {"large": "yes"})
    assert len(pypdf.PdfReader(BytesIO(large.content)).pages) > 2
    page = text_of(manager.get(reverse("letter", args=["penalty_notice"])))
    for address in ("sample=Second+notice&amp;large=yes", "sample=First+notice&amp;language=ro"):
        assert address in page
    assert page.count("not yet confirmed by a translator") == 3 * 2  # three forms, two languages


def test_the_preview_has_the_councils_words_in_force(manager: Client) -> None:
    by = UserFactory(role="service_manager")
    wording.set_text(
        template="receipt", slot="opening", text="Well done.", since=timezone.localdate(), reason="Kind",
        by=by, at=timezone.now(),
    )  # fmt: skip
    assert "Well done." in words_of(manager.get(reverse("letter_preview", args=["receipt"])))


def test_who_may_look_may_not_change() -> None:
    school = sign_in("school_staff")[0]
    page = text_of(school.get(reverse("letter", args=["penalty_notice"])))
    assert "Change these words" not in page and "As it is posted" in page
    assert school.get(slot()).status_code == 403


@pytest.mark.parametrize("name", ["letter", "letter_preview"])
def test_a_letter_that_is_not_there(manager: Client, name: str) -> None:
    assert manager.get(reverse(name, args=["certificate_draft"])).status_code == 404
    assert manager.get(slot(name="offence")).status_code == 404
