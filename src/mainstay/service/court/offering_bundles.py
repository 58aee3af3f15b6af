"""What evidence gives to the rest: the part of a prosecution's page, what schools are asked for, addresses, blockers."""

from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import Heading, Listed
from mainstay.service.court import blockers, expected, parts
from mainstay.service.court.actions import disclosing
from mainstay.service.court.models import Prosecution, WitnessStatement
from mainstay.service.court.parts import Part
from mainstay.service.court.places import Place, offer
from mainstay.service.court.queries import evidence as shown
from mainstay.service.court.queries.bundles import COLOURS
from mainstay.service.record import providers

PAGES: Final = {
    "court.bundle": "bundle", "court.certificate": "certificate", "court.witnessstatement": "witness",
}  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a bundle, certificate or statement that a deadline is about can be seen."""
    return reverse(PAGES[kind], args=[int(key)]) if kind in PAGES and key.isdecimal() else None


def listed(user: Any, today: date) -> list[Listed]:
    """Certificates and statements that wait for a school, or for this person as their witness."""
    if not user.may("give_evidence"):
        return []
    of_child = "prosecution__case__pupil"
    if not user.is_school_user:
        return [
            Listed(
                Heading("Your statements to sign", "", 31),
                _to_sign,
                "witness",
                of_child,
                "due_on",
                "statement",
            )
        ]
    under = Heading("To sign for court", "", 20, reverse("evidence_asked"))
    signs = (
        [Listed(under, _certificates, "certificate", of_child, "due_on", "certificate of attendance")]
        if user.may("sign")
        else []
    )
    return [*signs, Listed(under, _statements, "witness", of_child, "due_on", "statement for court")]


def _certificates(user: Any) -> QuerySet[Any]:
    return shown.waiting(user)[0].select_related(None)


def _statements(user: Any) -> QuerySet[Any]:
    return shown.waiting(user)[1].select_related(None)


def _to_sign(user: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        WitnessStatement.objects.visible_to(user).standing().filter(witness=user, signed_at=None)
    )
    return found


def _writer(one: Any) -> str:
    """Whoever signed a statement; before, the school or person who is asked for it."""
    return str(one.signed_name or (one.school or one.witness).name)


def part(one: Prosecution, user: Any) -> Part | None:
    """Certificate, statements, bundle and unused material on the page of a prosecution."""
    certificates, statements = expected.standing_certificates(one), expected.standing_statements(one)
    bundle = next(iter(expected.bundles(one)), None)
    left, officer = disclosing.at_a_glance(one)
    rows = [
        {"text": f"Certificate of {c.school.name}", "href": shown.url(c), "tag": shown.state(c)} for c in certificates
    ] + [
        {"text": f"Statement of {_writer(s)}", "href": shown.url(s),
         "tag": shown.state(s)}
        for s in statements
    ]  # fmt: skip
    said = {
        "one": one, "user": user, "rows": rows, "bundle": bundle, "colour": COLOURS[bundle.state] if bundle else "",
        "works": user.may("test_prosecution") and one.state not in Prosecution.OVER, "certificates": bool(certificates),
        "left": left, "officer": officer,
    }  # fmt: skip
    body = mark_safe(render_to_string("court/evidence/part.jinja", said))  # noqa: S308 (our template)
    return Part(50, "Evidence", body)


def register() -> None:
    """From ``apps.py``."""
    offer(Place(60, "Evidence asked for", "evidence_asked", "see_cases"))
    parts.add(part)
    attendance.listed.register(listed)
    providers.addresses.register(address)
    for missing in (expected.certificate_missing, expected.statement_missing, expected.bundle_missing):
        if missing not in blockers.evidence:
            blockers.evidence.append(missing)
