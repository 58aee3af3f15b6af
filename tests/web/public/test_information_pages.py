"""The public's pages: the way in, the texts, whom to ask, another language; and the desk where they are written."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import LinkOfficerFactory, SchoolFactory, UserFactory

from mainstay.law.rules import Rules
from mainstay.service.public import catalogues, markup, texts
from mainstay.service.public.models import PublicText
from mainstay.service.team.models import DutyDay, OfficerContact

pytestmark = pytest.mark.django_db


def signed_in(role: str = "service_manager") -> Client:
    client = Client()
    client.force_login(UserFactory(role=role))
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_somebody_without_a_sign_in_comes_to_the_public_home_and_can_sign_in() -> None:
    client = Client()
    response = client.get("/")
    assert (response.status_code, response.url) == (302, "/information/")
    said = text(client.get("/information/"))
    assert reverse("account_login") in said
    assert reverse("letter_open") in said
    assert "What happens, step by step" in said
    assert "When a child misses school" in said and "If it gets serious" in said
    assert client.get("/my-work/").url.startswith(reverse("account_login"))
    assert client.post("/").url.startswith(reverse("account_login"))
    assert signed_in().get("/").status_code == 200


def test_whose_sign_in_ended_on_the_first_page_signs_in_again() -> None:
    client = signed_in()
    client.get("/")
    session = client.session
    session["seen"] = 1
    session.save()
    assert client.get("/").url.startswith(reverse("account_login"))


@pytest.mark.parametrize("key", [key for key, group in texts.TEXTS.items() if group])
def test_each_text_is_a_page(key: str) -> None:
    response = Client().get(reverse("information_text", args=[key]))
    assert response.status_code == 200
    said = text(response)
    assert texts.shipped(key).title in said.replace("&#39;", "'")
    assert "{" not in said.split("<main")[1].split("</main>")[0]


def test_a_number_of_the_law_stands_on_the_page_with_what_is_still_to_confirm() -> None:
    said = text(Client().get(reverse("information_text", args=["penalty"])))
    assert f"£{Rules(as_of=timezone.localdate()).whole('attendance_full_pounds')}" in said
    assert "still confirm some numbers" in said
    assert Client().get(reverse("information_text", args=["no-such"])).status_code == 404
    assert Client().get(reverse("information_text", args=["home"])).status_code == 404


def test_a_school_is_found_with_its_officer_and_todays_duty_officer_as_far_as_published() -> None:
    today = timezone.localdate()
    school = SchoolFactory(name="Seagull’s Primary")
    SchoolFactory(name="Harbour Academy")
    ewo, duty = (
        UserFactory(role="ewo", name="Ana Invented"),
        UserFactory(role="ewo", name="Ben Invented", phone="0777"),
    )
    LinkOfficerFactory(school=school, officer=ewo)
    OfficerContact.objects.create(user=ewo, phone="01632 960111")
    DutyDay.objects.create(on=today, officer=duty, set_by=duty, set_at=timezone.now())
    said = text(Client().get("/information/who-to-ask/?school=seagulls"))
    assert "Ana Invented" in said and "01632 960111" in said and "Ben Invented" in said
    assert "Harbour" not in said and "0777" not in said
    OfficerContact.objects.create(user=duty, public=False)
    OfficerContact.objects.filter(user=ewo).update(public=False)
    said = text(Client().get("/information/who-to-ask/?school=seagulls"))
    assert "Ana Invented" not in said and "Ben Invented" not in said
    assert "No school has a name like this" in text(Client().get("/information/who-to-ask/?school=zzz"))


def test_another_language_shows_what_is_written_in_it_and_the_rest_in_english_marked_as_such() -> None:
    client = Client()
    assert "polski" not in text(client.get("/information/"))  # nothing to read in it yet
    PublicText.objects.create(
        key="steps", language="pl", number=1, title="Kroki", text="Najpierw rozmawia **szkoła**.", reason="r",
        by=UserFactory(role="service_manager"), at=timezone.now(),
    )  # fmt: skip
    response = client.get("/information/steps/?language=pl")
    said = text(response)
    assert response.headers["Content-Language"] == "pl"
    assert '<div lang="pl">' in said and "<strong>szkoła</strong>" in said
    assert '<html lang="en-GB"' in said  # the words around it are English until the catalogue is complete
    assert 'href="/information/law/?language=pl"' in said
    said = text(client.get("/information/law/?language=pl"))
    assert "not translated yet" in said and texts.shipped("law").title in said
    assert client.get("/information/?language=xx").headers["Content-Language"] == "en-gb"


def test_a_complete_catalogue_is_used_and_staff_pages_stay_english(tmp_path: Path, settings: Any) -> None:
    from django.utils.translation import trans_real

    folder = tmp_path / "ro" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    (folder / "django.po").write_text(
        head + 'msgid "en-GB"\nmsgstr "ro"\nmsgid "Who to ask"\nmsgstr "Pe cine întrebați"\n'
    )
    try:
        subprocess.run(["msgfmt", "-o", folder / "django.mo", folder / "django.po"], check=True)
    except FileNotFoundError:
        pytest.skip("msgfmt is not installed")
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.pop("ro", None)
    try:
        said = text(Client().get("/information/who-to-ask/?language=ro"))
    finally:
        trans_real._translations.pop("ro", None)
    assert '<html lang="ro"' in said and "Pe cine întrebați" in said
    assert '<html lang="en-GB"' in text(Client().get(reverse("account_login") + "?language=ro"))


def test_every_catalogue_has_every_word_of_the_public_templates() -> None:
    assert catalogues.POT.read_text("utf-8") == catalogues.pot()
    for path in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
        lines = path.read_text("utf-8").splitlines()
        for one, _ in catalogues.words():
            assert f'msgid "{one}"' in lines
        assert path.with_suffix(".mo").exists()


def test_a_manager_looks_at_new_words_publishes_them_and_puts_the_old_ones_back() -> None:
    client = signed_in()
    address = reverse("public_text_edit", args=["steps", "en-gb"])
    written = {"title": "Steps", "text": "## New\n\nOne <b>step</b>.", "reason": "Clearer", "after": "0"}
    said = text(client.post(address, {**written, "action": "preview"}))
    assert "&lt;b&gt;step" in said and 'value="publish"' in said
    assert not PublicText.objects.exists()
    assert client.post(address, {**written, "action": "publish"}).status_code == 302
    assert "One &lt;b&gt;step" in text(Client().get("/information/steps/"))
    response = client.post(address, {**written, "text": "Costs £80", "after": "1", "action": "publish"})
    assert response.status_code == 400 and "Costs £80" in text(response)
    assert "published while you were writing" in text(client.post(address, {**written, "action": "publish"}))
    back = reverse("public_text_version", args=["steps", "en-gb", 0])
    assert client.post(back, {"reason": "Better", "after": "1"}).status_code == 302
    assert "The school talks to you" in text(Client().get("/information/steps/"))
    said = text(client.get(reverse("public_text", args=["steps", "en-gb"])))
    assert "what was shipped put back" in said and "Better" in said
    assert "Version 2" in text(client.get(reverse("public_texts")))
    assert (
        "Better"
        in b"".join(client.get(reverse("public_texts_export", args=["csv"])).streaming_content).decode()
    )


def test_the_accessibility_statement_is_the_councils_own_words() -> None:
    said = text(Client().get(reverse("accessibility")))
    assert "partially compliant" in said and "Equality Advisory" in said
    assert text(signed_in("ewo").get(reverse("accessibility")))


def test_the_forms_stand_on_the_first_page_at_the_end_of_their_texts_and_in_the_help_for_links() -> None:
    forms = {
        "missing": [reverse("missing_tell")],
        "employment": [reverse("employment_form", args=[which]) for which in ("permit", "licence", "report")],
        "complaints": [reverse("complain"), reverse("letter_open")],
    }
    home = text(Client().get("/information/"))
    helped = text(signed_in().get(reverse("public_text_edit", args=["missing", "en-gb"])))
    for key, addresses in forms.items():
        said = text(Client().get(reverse("information_text", args=[key])))
        for address in addresses:
            assert f'href="{address}"' in said and f'href="{address}"' in home
    assert 'href="tel:' in home and "This page is about" not in home
    for name in ("missing_tell", "employment_form/licence", "complain", "letter_open"):
        assert f"[words](page:{name})" in helped and not markup.faults(f"[words](page:{name})")
