"""Certificates and statements as pages show them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.law import codes
from mainstay.service.attendance import certified
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.ui.filters import short_date
from mainstay.service.common.ui.lists import Column
from mainstay.service.court.models import Certificate, WitnessStatement

SESSIONS: Final = (
    Column("session", "Session", nowrap=True),
    Column("code", "Code"),
    Column("meaning", "Meaning"),
    Column("source", "Came in"),
    Column("changes", "Changed afterwards"),
)


def asked(user: Any, wanted: Mapping[str, Any]) -> list[Any]:
    """Certificates and statements of schools, what waits first."""
    certificates = Certificate.objects.visible_to(user).standing()
    statements = WitnessStatement.objects.visible_to(user).standing().filter(school__isnull=False)
    found = [
        one
        for rows in (certificates, statements)
        for one in _as_wanted(rows, wanted["state"]).select_related("school", "prosecution__case__pupil")
    ]
    return sorted(found, key=lambda one: (one.signed_at is not None, one.due_on or date.max, one.pk))


def _as_wanted(rows: Any, state: str) -> Any:
    if state == "all":
        return rows
    return rows.exclude(signed_at=None) if state else rows.filter(signed_at=None)


def waiting(user: Any) -> tuple[QuerySet[Certificate], QuerySet[WitnessStatement]]:
    """Not signed yet."""
    of_schools = (
        WitnessStatement.objects.visible_to(user).standing().filter(signed_at=None, school__isnull=False)
    )
    return (
        Certificate.objects.visible_to(user)
        .standing()
        .filter(signed_at=None)
        .select_related("prosecution__case__pupil"),
        of_schools.select_related("prosecution__case__pupil"),
    )


def asked_rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "url": url(one),
            "what": "Certificate of attendance" if isinstance(one, Certificate) else "Witness statement",
            "child": child(one.prosecution.case),
            "school": one.school.name,
            "asked": short_date(timezone.localdate(one.asked_at)),
            "due": short_date(one.due_on),
            "state": state(one)[0],
            "colour": state(one)[1],
        }
        for one in found
    ]


def url(one: Any) -> str:
    return reverse("certificate" if isinstance(one, Certificate) else "witness", args=[one.pk])


def state(one: Any, *, changed: bool = False) -> tuple[str, str]:
    """In words, and a colour."""
    if one.withdrawn_at is not None:
        return "Replaced" if isinstance(one, Certificate) else "Withdrawn", "grey"
    if changed:
        return "Marks changed since", "red"
    if one.signed_at is not None:
        return f"{one.get_way_display()}, {short_date(one.signed_on)}", "green"
    return "To be signed", "yellow"


def changes(one: Certificate) -> list[dict[str, str]]:
    """The marks that are others now than those that were frozen."""
    if one.withdrawn_at is not None:
        return []
    return certified.changes(one.values, one.prosecution.case.pupil_id, one.school_id)


def totals(one: Certificate) -> list[dict[str, Any]]:
    address = reverse("certificate_figures", args=[one.pk])
    return [
        {"text": words, "number": one.values["totals"][name], "href": f"{address}?figure={name}"}
        for name, words in certified.FIGURES.items()
    ]


def figure_tabs(one: Certificate, wanted: str) -> list[dict[str, Any]]:
    return [
        {"text": f"{row['text']} ({row['number']})", "href": row["href"], "current": name == wanted}
        for name, row in zip(certified.FIGURES, totals(one), strict=True)
    ]


def sources(one: Certificate) -> list[dict[str, Any]]:
    found = one.values["sources"]
    return [{**each, "at_words": timezone.localtime(datetime.fromisoformat(each["at"]))} for each in found]


def session_rows(one: Certificate, figure: str) -> list[dict[str, Any]]:
    """The sessions a figure counts, each with the file it came in and what was changed afterwards."""
    sources = {s["number"]: s for s in one.values["sources"]}
    changed: dict[tuple[str, str], list[str]] = {}
    for each in one.values["amendments"]:
        why = ": ".join(filter(None, (each["by"], each["why"])))
        words = f"{each['old']} to {each['new']} on {short_date(each['at'][:10])} by {why}"
        changed.setdefault((each["date"], each["half"]), []).append(words)
    rows = []
    for session in one.values["sessions"]:
        if figure not in session["figures"]:
            continue
        source = sources.get(session["source"])
        on = date.fromisoformat(session["date"])
        rows.append(
            {
                "session": f"{short_date(on)} {session['half']}",
                "code": session["code"],
                "meaning": codes.lookup(session["code"], on).meaning,
                "source": f"Source {source['number']}" if source else "Not recorded",
                "changes": "; ".join(changed.get((session["date"], session["half"]), [])) or "No",
            }
        )
    return rows
