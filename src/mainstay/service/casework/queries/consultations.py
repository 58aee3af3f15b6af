"""Consultations as lists, exports and their page show them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.casework.models import Case, Consultation, Referral
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Entry

HEADER: Final = ("Day", "School", "Child", "UPN", "Officer", "Spoke for the school", "How", "What came of it", "Written by")  # fmt: skip
SHOWN_WITH: Final = ("pupil", "school", "officer", "made_by")
COLOURS: Final[Mapping[str, str]] = {
    Consultation.Outcome.ADVISE: "grey", Consultation.Outcome.PURCHASED: "purple", Consultation.Outcome.PROCEED: "blue",
}  # fmt: skip


#: title of the entry that keeps that an officer asked
REFER_ASKED: Final = "The school was asked to refer"


def refer_asked(one: Consultation) -> bool:
    """Whether the school was asked after this consultation, as the child's chronology has it."""
    if one.pupil_id is None:
        return False
    about = {"about_kind": one._meta.label_lower, "about_id": str(one.pk)}
    return Entry.objects.filter(pupil=one.pupil_id, title=REFER_ASKED, **about).exists()


def no_asking(one: Consultation) -> str | None:
    """Why the school is not asked to refer after this consultation, in words."""
    if one.pupil_id is None:
        return "A referral is about one child: this consultation is about the school."
    if one.outcome != Consultation.Outcome.PROCEED:
        return "The advice was not to refer: write down another consultation first."
    if refer_asked(one):
        return "The school was asked already."
    if Referral.objects.open().filter(pupil=one.pupil_id).exists():
        return "A referral of this child is open already."
    if Case.objects.open().filter(pupil=one.pupil_id, kind=Case.Kind.STATUTORY).exists():
        return "An officer works with this child already."
    return None


def may_ask(one: Consultation, user: Any) -> bool:
    """Whether this person is offered to ask the school."""
    return bool(not user.is_school_user and user.may("check_referral") and no_asking(one) is None)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Consultation]:
    """The consultations this person may see that fit the filters."""
    found = Consultation.objects.visible_to(user)
    if wanted["outcome"]:
        found = found.filter(outcome=wanted["outcome"])
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["first"]:
        found = found.filter(on__gte=wanted["first"])
    if wanted["last"]:
        found = found.filter(on__lte=wanted["last"])
    return found.select_related(*SHOWN_WITH)


def child(pupil: Pupil | None) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    if pupil is None:
        return "The school as a whole"
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def rows(found: Iterable[Consultation]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("consultation", args=[one.pk]),
            "label": child(one.pupil),
            "child": child(one.pupil),
            "school": one.school.name,
            "on": one.on,
            "officer": one.officer.name,
            "outcome": one.get_outcome_display(),
            "colour": COLOURS[one.outcome],
        }
        for one in found
    ]


def for_export(found: Iterable[Consultation]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        upn = "" if one.pupil is None or one.pupil.restricted else one.pupil.upn
        yield (
            one.on, one.school.name, child(one.pupil), upn, one.officer.name, one.spoke_with, one.get_how_display(),
            one.get_outcome_display(), one.made_by.name,
        )  # fmt: skip
