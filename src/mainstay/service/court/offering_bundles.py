"""What evidence gives to the rest: the part of a prosecution's page, what schools are asked for, addresses, blockers."""

from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Heading, Listed, Row
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.ui.filters import day_month
from mainstay.service.court import blockers, expected, parts
from mainstay.service.court.actions import disclosing
from mainstay.service.court.models import Bundle, Certificate, Prosecution, UnusedItem, WitnessStatement
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


def to_sign(user: Any, today: date) -> list[Block]:
    """On a school's first page: certificates for the head teacher, statements for whoever makes them."""
    if not (user.is_school_user and user.may("give_evidence")):
        return []
    certificates, statements = shown.waiting(user)
    rows = (
        [_row(one, today, "Certificate of attendance") for one in certificates[:SHOWN]]
        if user.may("sign")
        else []
    )
    rows += [_row(one, today, "Statement for court") for one in statements[:SHOWN]]
    return (
        [Block("To sign for court", rows[:SHOWN], "", reverse("evidence_asked"), "All of them", order=20)]
        if rows
        else []
    )


def _row(one: Any, today: date, what: str) -> Row:
    late = one.due_on is not None and one.due_on < today
    note = f"by {day_month(one.due_on)}" if one.due_on else ""
    return Row(
        f"{what}: {child(one.prosecution.case)}", shown.url(one), note, "Overdue" if late else "", "red"
    )


def listed(user: Any, today: date) -> list[Listed]:
    """Statements that wait for this person as their witness."""
    if user.is_school_user or not user.may("give_evidence"):
        return []
    under = Heading("Your statements to sign", "", 31)
    return [Listed(under, _to_sign, "witness", "prosecution__case__pupil", "due_on", "statement")]


def _to_sign(user: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        WitnessStatement.objects.visible_to(user).standing().filter(witness=user, signed_at=None)
    )
    return found


def part(one: Prosecution, user: Any) -> Part | None:
    """Certificate, statements, bundle and unused material on the page of a prosecution."""
    certificates = Certificate.objects.standing().filter(prosecution=one).select_related("school")
    statements = (
        WitnessStatement.objects.standing().filter(prosecution=one).select_related("school", "witness")
    )
    bundle = Bundle.objects.filter(prosecution=one).first()
    rows = [
        {"text": f"Certificate of {c.school.name}", "href": shown.url(c), "tag": shown.state(c)} for c in certificates
    ] + [
        {"text": f"Statement of {s.signed_name or (s.school.name if s.school else s.witness.name)}", "href": shown.url(s),
         "tag": shown.state(s)}
        for s in statements
    ]  # fmt: skip
    said = {
        "one": one, "user": user, "rows": rows, "bundle": bundle, "colour": COLOURS[bundle.state] if bundle else "",
        "works": user.may("test_prosecution") and one.state not in Prosecution.OVER, "certificates": bool(certificates),
        "left": UnusedItem.objects.filter(prosecution=one, decision=UnusedItem.Decision.OPEN).count(),
        "officer": disclosing.officer_of(one),
    }  # fmt: skip
    body = mark_safe(render_to_string("court/evidence/part.jinja", said))  # noqa: S308 (our template)
    return Part(50, "Evidence", body)


def register() -> None:
    """From ``apps.py``."""
    offer(Place(60, "Evidence asked for", "evidence_asked", "see_cases"))
    parts.add(part)
    attendance.first_page.register(to_sign)
    attendance.listed.register(listed)
    providers.addresses.register(address)
    for missing in (expected.certificate_missing, expected.statement_missing, expected.bundle_missing):
        if missing not in blockers.evidence:
            blockers.evidence.append(missing)
