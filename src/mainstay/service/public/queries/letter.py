"""One letter in plain words: what it is about, what it costs today, what else can be done. It names no child."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from mainstay.law import clock
from mainstay.service.common.ui.filters import long_date, meaning, money
from mainstay.service.documents import languages
from mainstay.service.penalties import code
from mainstay.service.penalties.govuk_pay import configured
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.settling import due, price

State = Notice.State
_HALVES: Final = {("AM",): "morning", ("PM",): "afternoon", ("AM", "PM"): "morning and afternoon"}


def state_of(notice: Notice, today: date) -> str:
    """pay, paid, withdrawn or over."""
    if notice.state in (State.PAID, State.WITHDRAWN):
        return str(notice.state)
    return "over" if due(notice, today) is None else "pay"


def shown(notice: Notice, today: date) -> dict[str, Any]:
    """What the page of one opened letter shows."""
    state, of_code = state_of(notice, today), code.in_force(today)
    printed = _printed(notice)
    return {
        "notice": notice,
        "state": state,
        "initials": initials(notice),
        "school": notice.school.name,
        "excluded": notice.kind == "excluded",
        "prices": prices(notice, today),
        "costs": costs(notice, today),
        "days": days(notice),
        "seen": notice.request.seen if notice.kind == "excluded" else [],
        "online": state == "pay" and configured() is not None,
        "ways": of_code["ways_to_pay"],
        "contact": of_code["contact"],
        "address": of_code["address"],
        "support": printed.get("wording", {}).get("support", ""),
        "sheets": sheets(notice, today),
    }


def _printed(notice: Notice) -> Mapping[str, Any]:
    """The values the letter was printed from."""
    assert notice.document is not None
    found: Mapping[str, Any] = notice.document.values
    return found


def initials(notice: Notice) -> str:
    """The child as the page has it: whoever holds the letter knows who that is."""
    return ".".join(notice.pupil.initials) + "."


def prices(notice: Notice, today: date) -> list[dict[str, Any]]:
    """What can be paid until when, today's sum first; none once nothing can be paid in time."""
    found = []
    if due(notice, today) is None:
        return []
    if notice.reduced_pence != notice.full_pence and price(notice, today) == notice.reduced_pence:
        found.append({"pence": notice.reduced_pence, "until": notice.reduced_until})
    if not found or notice.full_until:
        found.append({"pence": notice.full_pence, "until": notice.full_until})
    if len(found) > 1 and notice.reduced_until:
        found[1]["from"] = notice.reduced_until + clock.DAY
    return found


def costs(notice: Notice, today: date) -> list[dict[str, str]]:
    """The same in words, for ``ui.tiles``."""
    return [{"value": money(row["pence"]), "label": _when(row)} for row in prices(notice, today)]


def _when(row: Mapping[str, Any]) -> str:
    if row["until"] is None:
        return "no last day is running"
    if "from" in row:
        return f"from {long_date(row['from'])} until {long_date(row['until'])}"
    return f"if you pay by {long_date(row['until'])}"


def days(notice: Notice) -> list[dict[str, Any]]:
    """The sessions relied on, a row a day."""
    by_day: dict[str, dict[str, str]] = {}
    for one in notice.sessions if notice.kind == "attendance" else ():
        by_day.setdefault(one["date"], {})[one["half"]] = one["code"]
    return [
        {
            "on": long_date(iso),
            "when": _HALVES[tuple(sorted(halves))],
            "why": " / ".join(dict.fromkeys(meaning(mark, iso) for _, mark in sorted(halves.items()))),
        }
        for iso, halves in sorted(by_day.items())
    ]


def sheets(notice: Notice, today: date) -> list[dict[str, Any]]:
    """The letter in short in each language there are words for, with the sums as they are today and no name."""
    facts = _printed(notice).get("courtesy")
    if not facts or not notice.document or state_of(notice, today) != "pay":
        return []
    received = notice.served_on.isoformat() if notice.served_on else facts.get("received_on")
    sums = [[row["pence"] // 100, row["until"].isoformat()] for row in prices(notice, today) if row["until"]]
    said = {**facts, "child": initials(notice), "sums": sums, "received_on": received}
    found = []
    for language in languages.known():
        sheet = languages.sheet(notice.document.template, {"courtesy": said}, language.tag)
        if sheet is not None:
            found.append({**sheet, "name": language.name})
    return found
