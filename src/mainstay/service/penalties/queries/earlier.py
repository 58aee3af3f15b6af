"""Earlier notices: the list and its file, a file being looked at, and how much is loaded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse

from mainstay.law.rules import CURRENT
from mainstay.service.directory.models import Parenthood, Pupil, pupils_in_view
from mainstay.service.penalties import earlier_matching as matching
from mainstay.service.penalties.models import EarlierImport, EarlierNotice
from mainstay.service.penalties.queries.leave import child

COLOURS: Final[Mapping[str, str]] = {
    "open": "blue", "paid": "green", "unpaid": "orange", "convicted": "purple", "acquitted": "grey", "withdrawn": "grey",
}  # fmt: skip
#: state of a row -> words and colour
STATES: Final[Mapping[str, tuple[str, str]]] = {
    matching.READY: ("Ready to be taken", "green"),
    matching.CHANGED: ("Known, with another outcome", "blue"),
    matching.KNOWN: ("Known already", "grey"),
    matching.TWICE: ("Twice in the file", "grey"),
    matching.NO_PARENT: ("Choose the parent", "yellow"),
    matching.NO_CHILD: ("No child found", "red"),
}
SHOWN_WITH: Final = ("pupil", "parent")
HEADER: Final = (
    "Child", "UPN", "Parent", "Issued on", "For", "Outcome", "Issuer", "Reference", "Offence from", "Offence to", "Known from",
)  # fmt: skip


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[EarlierNotice]:
    """Those about children in this person's view that fit the filters; none for whoever does not record them."""
    if not user.may("import_notices"):
        return EarlierNotice.objects.none()
    found = EarlierNotice.objects.filter(pupils_in_view(user), pupil__merged_into=None)
    for name in ("outcome", "kind"):
        if wanted[name]:
            found = found.filter(**{name: wanted[name]})
    if wanted["source"]:
        found = found.filter(source__isnull=wanted["source"] != "file")
    if wanted["file"]:
        found = found.filter(source=wanted["file"])
    if wanted["first"]:
        found = found.filter(issued_on__gte=wanted["first"])
    if wanted["last"]:
        found = found.filter(issued_on__lte=wanted["last"])
    return found


def rows(found: Iterable[EarlierNotice]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("earlier_notice", args=[one.pk]),
            "child": child(one.pupil),
            "label": child(one.pupil),
            "parent": parent(one),
            "issued_on": one.issued_on,
            "kind": one.get_kind_display(),
            "outcome": one.get_outcome_display(),
            "colour": COLOURS[one.outcome],
            "issuer": one.issuer,
            "reference": one.reference,
        }
        for one in found
    ]


def parent(one: EarlierNotice) -> str:
    """The parent's name in a list; a restricted child's parent is not named."""
    return "Not shown" if one.pupil.restricted else one.parent.name


def for_export(found: Iterable[EarlierNotice]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials, without UPN and parent."""
    for one in found:
        yield (
            child(one.pupil), "" if one.pupil.restricted else one.pupil.upn, parent(one), one.issued_on,
            one.get_kind_display(), one.get_outcome_display(), one.issuer, one.reference, one.offence_from, one.offence_to,
            "An enquiry" if one.enquiry_id else "A file" if one.source_id else "",
        )  # fmt: skip


def import_rows(found: Sequence[Mapping[str, Any]], user: Any) -> list[dict[str, Any]]:
    """Rows of a file as they are looked at, with the parents to choose from; two queries for a page."""
    ids = {row["pupil"] for row in found if row["pupil"]}
    pupils = Pupil.objects.visible_to(user).in_bulk(ids)
    parents = _parents([row["pupil"] for row in found if row["state"] == matching.NO_PARENT])
    kinds = dict(EarlierNotice._meta.get_field("kind").flatchoices)
    outcomes = dict(EarlierNotice._meta.get_field("outcome").flatchoices)
    return [
        {
            "line": row["line"],
            "child": child(pupils[row["pupil"]]) if row["pupil"] in pupils else row["child_said"],
            "parent": row["parent_said"],
            "issued_on": date.fromisoformat(row["issued_on"]),
            "kind": kinds[row["kind"]],
            "outcome": outcomes[row["outcome"]],
            "issuer": ", ".join(filter(None, (row["issuer"], row["reference"]))),
            "state": STATES[row["state"]][0],
            "colour": STATES[row["state"]][1],
            "problem": row["problem"],
            "parents": parents.get(row["pupil"], []) if row["state"] == matching.NO_PARENT else [],
        }
        for row in found
    ]


def _parents(pupils: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    ties = (
        Parenthood.objects.filter(pupil__in=set(pupils)).select_related("parent").order_by("priority", "pk")
    )
    for tie in ties:
        found.setdefault(tie.pupil_id, []).append((tie.parent_id, tie.parent.name))
    return found


def loaded() -> dict[str, Any]:
    """How many earlier notices are there, from when to when, by issuer; and files nobody has decided about."""
    since = CURRENT.day("notices_counted_from")
    found = EarlierNotice.objects.filter(pupil__merged_into=None)
    span = found.aggregate(first=Min("issued_on"), last=Max("issued_on"), number=Count("pk"))
    by_issuer = found.order_by("issuer").values("issuer").annotate(number=Count("pk"), first=Min("issued_on"), last=Max("issued_on"))  # fmt: skip
    return {
        **span,
        "counting": found.filter(issued_on__gte=since).count(),
        "since": since,
        "issuers": list(by_issuer),
        "waiting": EarlierImport.objects.filter(state=EarlierImport.State.PREVIEW).count(),
    }
