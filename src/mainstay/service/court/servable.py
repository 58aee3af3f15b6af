"""Which papers about a child may go into a bundle, and which never do.

Privileged papers, those for named people and those of supervision are never offered; nor is what bears an address that
the defendant may not know. What is refused here is refused again when a bundle is issued.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from mainstay.service.casework.models import ReferralPaper
from mainstay.service.court.models import Prosecution
from mainstay.service.directory.models import Address, Dated, Parenthood
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.statements import OWN, QUOTABLE
from mainstay.service.record.kinds import SUPERVISION, TO_COURT
from mainstay.service.record.models import Audience, Entry

#: drafts by nature, or made anew for the bundle itself
NEVER: Final = frozenset({
    "statement_draft", "certificate_draft", "interview_record", "cross_border_enquiry", "targeting_summary",
})  # fmt: skip
#: what papers of these things say is legal's, the Family Court's, or about colleagues
NEVER_ABOUT: Final = (
    "court.advice", "court.codetest", "court.instruction", "court.bundle", "court.certificate", "court.witnessstatement",
    "court.disclosure", "court.prosecution", "orders.consideration", "orders.orderconsultation", "orders.supervisionorder",
    "team.supervision", "team.review",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that is offered; key: "document-12", "paper-5"."""

    key: str
    title: str
    kind: str
    at: datetime


def documents(one: Prosecution, user: Any) -> list[Document]:
    """The issued documents of the child that may be served, the newest first."""
    found = Document.objects.visible_to(user).filter(pupil_id=one.case.pupil_id, draft=False)
    found = found.exclude(kind__in=NEVER).exclude(about_kind__in=NEVER_ABOUT)
    found = found.exclude(pk__in=told_to_few(one.case.pupil_id)).exclude(pk__in=_bearing_addresses(one))
    return list(found.order_by("-made_at", "-pk"))


def enclosed(one: Prosecution) -> list[ReferralPaper]:
    """What the school enclosed with the referral that the case came from."""
    found = ReferralPaper.objects.filter(item__referral__case=one.case, file__isnull=False)
    return list(found.select_related("item", "file").order_by("-at", "-pk"))


def offered(one: Prosecution, user: Any) -> list[Paper]:
    """Everything that may be added, with a kind and a day each."""
    return [
        *(Paper(f"document-{d.pk}", d.title, "Made by the service", d.made_at) for d in documents(one, user)),
        *(Paper(f"paper-{p.pk}", p.words or p.item.text, "Sent by the school", p.at) for p in enclosed(one)),
    ]


def refused(one: Prosecution, document: Document, user: Any, fit: list[Document] | None = None) -> str:
    """Why a document may not stand in this bundle, or "". fit: ``documents``, where they are read already."""
    own = document.about_kind in ("court.bundle", "court.certificate", "court.witnessstatement")
    if own or document.pk == one.charge_document_id:
        return ""
    if any(document.pk == each.pk for each in (documents(one, user) if fit is None else fit)):
        return ""
    return (
        f"“{document.title}” is never put into a bundle: it is privileged, for named people alone, of supervision, a draft, "
        "or bears an address that the defendant may not know."
    )


def chronology(one: Prosecution, user: Any) -> list[Entry]:
    """The entries that may stand in a chronology, the oldest first: never privileged, for named people, of supervision.

    What was corrected is left out, and its correction stands.
    """
    quotable = Entry.objects.for_readers(user).filter(pupil=one.case.pupil_id, audience__in=QUOTABLE)
    found = quotable.exclude(kind__in=[OWN, *TO_COURT]).exclude(corrections__isnull=False)
    found = found.exclude(pk__in=supervised(one.case.pupil_id))
    return list(found.select_related("by").order_by("at", "pk"))


def supervised(pupil: int) -> set[int]:
    """What was decided in supervision about the child, and whatever corrects it."""
    told = Q(kind=SUPERVISION) | Q(audience=Audience.SUPERVISION)
    found = set(Entry.objects.filter(told, pupil=pupil).values_list("pk", flat=True))
    corrections = Entry.objects.filter(pupil=pupil, corrects__isnull=False).order_by("pk")
    for pk, corrects in corrections.values_list("pk", "corrects_id"):
        if corrects in found:
            found.add(pk)
    return found


def between(entries: Iterable[Entry], first: Any, last: Any) -> list[Entry]:
    return [e for e in entries if first <= timezone.localdate(e.at) <= last]


def told_to_few(pupil: int) -> set[int]:
    """Documents that an entry for few readers is about, itself or by how it was served."""
    few = Entry.objects.filter(pupil=pupil).filter(~Q(audience__in=QUOTABLE) | Q(kind=SUPERVISION))
    rows = list(
        few.filter(about_kind__in=["documents.document", "documents.service"]).values_list(
            "about_kind", "about_id"
        )
    )
    ids = {kind: {int(key) for k, key in rows if k == kind and key.isdecimal()} for kind, _ in rows}
    served = Service.objects.filter(pk__in=ids.get("documents.service", set()))
    return ids.get("documents.document", set()) | set(served.values_list("document_id", flat=True))


def _bearing_addresses(one: Prosecution) -> set[int]:
    """Documents that went to somebody else whose address is confidential."""
    hidden = Address.objects.filter(confidential=True).exclude(parent=one.parent_id).exclude(parent=None)
    of_child = Parenthood.objects.filter(pupil=one.case.pupil_id).values("parent_id")
    served = Service.objects.filter(
        pupil_id=one.case.pupil_id,
        addressee__in=hidden.filter(parent__in=of_child).values("parent_id"),
    )
    return set(served.values_list("document_id", flat=True))


def defendant_since(one: Prosecution) -> Any:
    """How the defendant is a parent of the child on the last day of the charge."""
    ties = Parenthood.objects.filter(Dated.on(one.offence_to), pupil=one.case.pupil_id, parent=one.parent_id)
    return ties.first()
