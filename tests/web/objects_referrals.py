"""Two referrals of children of that school: one being checked, with a paper and a letter, and one still being written."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from tests.factories import LinkOfficerFactory, ParentFactory, PupilFactory, UserFactory
from tests.factories_referrals import a_consultation, a_referral

from mainstay.service.casework.actions import evidence, referral_letters
from mainstay.service.casework.models import ReferralPaper
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child, for whoever checks; what a school writes is its own
OF_A_CHILD: Final = (
    "consultation", "consultation_paper", "consultation_ask", "referral", "referral_round_paper", "referral_paper", "referral_letter_file", "referral_letter_given", "referral_receive",
    "referral_acknowledge", "referral_check", "referral_pause", "referral_resume", "referral_owner", "referral_accept",
    "referral_override", "referral_return", "referral_reject", "referral_divert", "referral_appeal_decide",
)  # fmt: skip
_OF_DRAFT: Final = (
    "reasons", "voice", "agencies", "parent", "evidence", "item", "paper_remove", "letters", "letter_write", "ask_sign",
    "sign", "reopen", "submit", "withdraw",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    LinkOfficerFactory(school=pupil.school)
    first, second = (PupilFactory(school=pupil.school) for _ in range(2))
    here, there = ParentFactory(of=first), ParentFactory(of=second)
    sent = a_referral("acknowledged", pupil=first, when=AT)
    draft, staff = (
        a_referral("draft", pupil=second, when=AT),
        UserFactory(role="school_staff", school=pupil.school),
    )
    item = draft.items.get(key="visits")
    paper = evidence.add(item_id=item.pk, way="upload", sent_on=None, words="", by=staff, at=AT, file=_pdf())
    enclosed = ReferralPaper.objects.create(
        item=sent.items.get(key="visits"), way="upload", sent_on=AT.date(), file=paper.file, by=staff, at=AT
    )
    document = _letter(sent, here, by)
    ids = {
        "consultation": a_consultation(first, when=AT).pk,
        "referral": sent.pk,
        "referral_new": pupil.pk,
        **{f"referral_{name}": draft.pk for name in _OF_DRAFT},
        "referral_letter_file": sent.pk,
        "referral_letter_given": sent.pk,
    }
    extra = {
        "referral_parent": {"parent": there.pk},
        "referral_item": {"item": item.pk},
        "referral_paper": {"paper": enclosed.pk},
        "referral_paper_remove": {"paper": paper.pk},
        "referral_receive": {"paper": enclosed.pk},
        "referral_round_paper": {"number": 1},
        "referral_letter_write": {"parent": there.pk},
        "referral_letter_file": {"letter": document},
        "referral_letter_given": {"letter": document},
    }
    return ids, extra


def _pdf() -> BytesIO:
    file = BytesIO(b"%PDF-1.7\nA log of visits\n")
    file.name = "log.pdf"
    return file


def _letter(sent: Any, parent: Parent, by: Any) -> int:
    letters = referral_letters.write_accepted(sent, None, by=by, at=AT)
    return letters[0]
