"""Where a document stands with one person, in words."""

from datetime import date
from typing import Final

from mainstay.service.documents.models import Service

Method = Service.Method
SENT: Final[dict[str, str]] = {
    Method.FIRST_CLASS: "posted first class",
    Method.SECOND_CLASS: "posted second class",
    Method.HAND: "handed over",
    Method.EMAIL: "sent by e-mail",
    Method.OTHER: "sent another way",
}


def state(service: Service) -> str:
    """ "posted first class 4 November 2024, counted as received 6 November 2024", "not sent yet"…"""
    if service.proved_on is not None:
        return f"received {_day(service.proved_on)}, proved"
    if service.returned_on is not None:
        return f"returned undelivered {_day(service.returned_on)}"
    if service.sent_on is None:
        return "not sent yet"
    sent = f"{SENT[service.method]} {_day(service.sent_on)}"
    if service.presumed_on is None:
        return f"{sent}, receipt not proved"
    return f"{sent}, counted as received {_day(service.presumed_on)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
