"""A document is kept with what it was made from: values, wording, language, print, version, file."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from tests.factories import PupilFactory, UserFactory
from tests.factories_documents import LATER

from mainstay.service.common.models import AuditRow
from mainstay.service.common.uploads import store
from mainstay.service.documents import rendering
from mainstay.service.documents.letters import Receipt
from mainstay.service.documents.models import Document

pytestmark = pytest.mark.django_db


def issued(**given: Any) -> Document:
    pupil, by = PupilFactory(), UserFactory(role="service_manager")
    return rendering.issue(
        template="receipt", title="Receipt", values=Receipt.sample().as_values({"opening": "Thank you again."}),
        pupil_id=pupil.pk, by=by, at=LATER, **given,
    )  # fmt: skip


def test_a_letter_is_kept_with_everything_it_was_made_from() -> None:
    pupil = PupilFactory()
    document = issued(draft=False, about=pupil, language="pl", large_print=True)
    assert (document.about_kind, document.about_id) == ("directory.pupil", str(pupil.pk))
    assert document.language == "pl" and document.large_print and not document.draft
    assert document.values["wording"]["opening"] == "Thank you again."
    assert document.template_version == rendering.version_of("receipt", "pl")
    assert list(Document.objects.about(pupil)) == [document]
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(store.read(document.file))).pages)
    assert "Thank you again." in text and "Potwierdzenie zapłaty" in text
    assert AuditRow.objects.get(action="document.made").payload["sha256"] == document.file.sha256


def test_what_was_kept_makes_the_same_document_again() -> None:
    document = issued(draft=False)
    again = rendering.render(document.template, document.values)
    before, after = (
        [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]
        for pdf in (store.read(document.file), again)
    )
    assert before == after


def test_a_document_is_a_draft_in_english_about_nothing_unless_said() -> None:
    document = issued()
    assert document.draft and document.language == "en" and not document.large_print
    assert document.about_kind == document.about_id == ""
