"""Proof of service: which papers reached the defendant, how, where and when, and what whoever served them says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.court import servable
from mainstay.service.court.evidence_paper import Values, about, paper, part, signed
from mainstay.service.court.models import Prosecution
from mainstay.service.directory.models import Address
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.states import SENT

TEMPLATE: Final = "certificate_of_service"
TITLE: Final = "Certificate of service"
DONE: Final = "What was done"


def sent(one: Prosecution) -> list[Service]:
    """What went to this defendant about this child, the oldest first; never what is told to few."""
    found = Service.objects.filter(pupil_id=one.case.pupil_id, addressee=one.parent).exclude(sent_on=None)
    found = found.exclude(document__in=servable.told_to_few(one.case.pupil_id)).exclude(
        document__about_kind="court.bundle"
    )
    return list(found.select_related("document", "sent_by").order_by("sent_on", "pk"))


def told(one: Prosecution) -> list[str]:
    """What was certified of the charge in somebody's own words, with their name: each certificate, the oldest first."""
    found = Document.objects.filter(
        template=TEMPLATE, about_kind=one._meta.label_lower, about_id=str(one.pk), draft=False
    )
    return [words for document in found.order_by("pk") for words in document.values["told"]]


def values(one: Prosecution, found: Iterable[Service], words: list[str], by: Any, at: datetime) -> Values:
    """A certificate of these papers; words: what whoever served them did. An address the court may not read is not printed."""
    hidden = Address.objects.filter(parent=one.parent_id, confidential=True).exists()
    rows = [
        [s.document.title, f"{_cap(SENT[s.method])}, {in_words(s.sent_on)}", _received(s),
         "not printed" if hidden and s.addressee_id else ", ".join([s.addressee_name, *s.address.splitlines()]),
         s.sent_by.name if s.sent_by else ""]
        for s in found
        if s.sent_on
    ]  # fmt: skip
    opening = (
        f"I, {by.name}, {by.post or 'of the council'}, certify from the council’s record how these papers were sent.",
        "The day on which each counts as received is presumed from the day of posting, unless the contrary is shown.",
    )
    head = ("Paper", "Sent", "Received", "To", "By")
    parts = [part("Papers", head=head, rows=rows, wide=-1)]
    if words:
        parts.append(part(DONE, *words))
    made = paper(one, TITLE, about(one), *parts, part("Signature", signed(by, at)), opening=opening)
    return {**made, "told": words}


def of_charge(one: Prosecution, how: str, by: Any, at: datetime) -> Values:
    """Of the papers of the charge alone, by whoever served them, in their words."""
    assert one.charge_service is not None
    words = f"{how} {by.name}, {in_words(timezone.localdate(at))}."
    return values(one, [one.charge_service], [words], by, at)


def _received(service: Service) -> str:
    if service.proved_on is not None:
        return f"{in_words(service.proved_on)}, proved"
    if service.returned_on is not None:
        return f"Came back, {in_words(service.returned_on)}"
    return in_words(service.presumed_on) if service.presumed_on else "Not proved"


def _cap(words: str) -> str:
    return words[:1].upper() + words[1:]
