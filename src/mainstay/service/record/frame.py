"""The frame of every page about a child: whose record it is, and its tabs."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from mainstay.service.directory.models import Pupil
from mainstay.service.directory.relations import link_officer
from mainstay.service.record.providers import Tab, tabs


def identity(pupil: Pupil, user: Any) -> dict[str, Any]:
    """The identity bar (``ui.identity_bar``); ``pupil.school`` should come with the pupil.

    A school the child has left is not told where they are now or who cares for them.
    """
    today = timezone.localdate()
    if not user.may("see_pupils"):
        return _named(pupil, today)
    if not is_present(pupil, user):
        return {
            "name": pupil.name,
            "href": reverse("pupil", args=[pupil.pk]),
            "school": "No longer on your roll",
            "age": age_in_words(pupil.date_of_birth, today),
            "upn": pupil.upn,
        }
    officer = link_officer(pupil.school_id, today) if pupil.school_id else None
    return {
        "name": pupil.name,
        "href": reverse("pupil", args=[pupil.pk]),
        "year": year_name(pupil.year_group),
        "school": pupil.school.name if pupil.school else "On no roll",
        "age": age_in_words(pupil.date_of_birth, today),
        "upn": pupil.upn,
        "flags": flags(pupil, user),
        "officer": officer.name if officer else "nobody yet",
    }


def _named(pupil: Pupil, today: date) -> dict[str, Any]:
    """For whoever sees one case's papers and no child's record, such as a solicitor."""
    return {
        "name": pupil.name,
        "year": year_name(pupil.year_group),
        "school": pupil.school.name if pupil.school else "On no roll",
        "age": age_in_words(pupil.date_of_birth, today),
    }


def is_present(pupil: Pupil, user: Any) -> bool:
    """Whether this person may know the child's family and present circumstances."""
    if user.sees_all_schools:
        return True
    kept: bool | None = vars(pupil).get("_present_to", {}).get(user.pk)
    return Pupil.objects.present_to(user).filter(pk=pupil.pk).exists() if kept is None else kept


def keep_presence(pupil: Pupil, user: Any) -> None:
    """Keep, for one page, what was read with the pupil as ``present``: the page and every room that gives to it ask."""
    if "present" in vars(pupil):
        vars(pupil)["_present_to"] = {user.pk: bool(vars(pupil)["present"])}


def flags(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """What must be seen at once; a school user is not told of restrictions beyond the word."""
    shown = []
    if pupil.restricted:
        shown.append({"text": "Restricted", "kind": "alert"})
    if pupil.in_care:
        shown.append({"text": "In care", "kind": "care"})
    if pupil.social_worker:
        shown.append({"text": "Social worker", "kind": "care"})
    if pupil.sen == "E":
        shown.append({"text": "EHC plan", "kind": "plain"})
    elif pupil.sen == "K":
        shown.append({"text": "SEN support", "kind": "plain"})
    return shown


def year_name(year_group: str) -> str:
    """ "5" -> "Year 5", "R" -> "Reception"."""
    if year_group.upper() in ("R", "0"):
        return "Reception"
    return f"Year {year_group}" if year_group else ""


def age_in_words(born: date | None, today: date) -> str:
    if born is None:
        return "date of birth not known"
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years} years old"


def tabs_of(pupil: Pupil, user: Any, current: str) -> list[dict[str, Any]]:
    """The tabs this person may open, in order; ``current`` is the key of the one shown."""
    found = sorted(tab for answer in tabs.ask(pupil, user) for tab in answer)
    return [{"text": tab.text, "href": tab.href, "current": tab.key == current} for tab in found]


def page(pupil: Pupil, user: Any, current: str) -> dict[str, Any]:
    """What every template of a child's page takes: pupil, child, tabs."""
    return {"pupil": pupil, "child": identity(pupil, user), "tabs": tabs_of(pupil, user, current)}


def own_tabs(pupil: Pupil, user: Any) -> list[Tab]:
    """The tabs of this room."""
    present = is_present(pupil, user)
    found = [
        (10, "summary", "Summary", "pupil", "see_pupils"),
        (30, "chronology", "Chronology", "pupil_chronology", "see_pupils"),
        (40, "people", "People", "pupil_people", "see_people"),
        (50, "cases", "Cases", "pupil_cases", "see_pupils"),
        (60, "documents", "Documents", "pupil_documents", "see_pupils"),
    ]
    return [
        Tab(order, key, text, reverse(name, args=[pupil.pk]))
        for order, key, text, name, needed in found
        if user.may(needed) and (present or key != "people")
    ]


def menu(user: Any) -> list[dict[str, str]]:
    """The read log, for those who see no pupils; others reach it from a child's People tab."""
    shown = user.may("see_audit") and not user.may("see_pupils")
    return [{"text": "Who read what", "href": reverse("reads")}] if shown else []
