"""Made-up documents and how they were served."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from tests.factories import ParentFactory, PupilFactory, UserFactory

from mainstay.service.common.uploads import store
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import Sending, serve

MADE_AT = datetime(2024, 11, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def a_file(content: bytes = b"%PDF-1.7\n", by: Any = None) -> Any:
    return store.keep_made(content, kind="pdf", by=by, at=MADE_AT)


class DocumentFactory(factory.django.DjangoModelFactory[Document]):
    """An issued penalty notice about a new pupil; ``pupil=None`` for one about nobody."""

    class Meta:
        model = Document

    class Params:
        pupil = factory.SubFactory(PupilFactory)

    kind = template = "penalty_notice"
    title = "Penalty notice"
    pupil_id = factory.LazyAttribute(lambda o: o.pupil and o.pupil.pk)
    made_at = MADE_AT
    made_by = factory.SubFactory(UserFactory, role="service_manager")
    template_version = "0" * 64
    values = factory.Dict({"title": "Penalty notice"})
    file = factory.LazyFunction(a_file)
    draft = False


def a_sending(document: Document | None = None, **given: Any) -> Sending:
    """One letter by first class post to a new parent."""
    document = document or DocumentFactory()
    said: dict[str, Any] = {
        "document": document, "addressee": ParentFactory(), "name": "Mrs Grace Fenwick",
        "address": "1 Invented Road\nSouthampton\nSO99 9ZZ", "method": "first_class_post", "channel": "print",
    }  # fmt: skip
    return Sending(**said | given)


def served(document: Document | None = None, *, sent_on: date | None = None, **given: Any) -> Service:
    """A service record, made by the action itself."""
    by, at = given.pop("by", None) or UserFactory(role="business_support"), given.pop("at", LATER)
    sending = a_sending(document, **given)
    said = {name: getattr(sending, name) for name in sending.__slots__}
    return serve(**said, sent_on=sent_on, by=by, at=at)
