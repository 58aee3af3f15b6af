"""What a bundle is expected to hold, paper by paper, and who owes what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Subquery

from mainstay.service.casework.models import Interview, Plan
from mainstay.service.court.actions import certificates
from mainstay.service.court.models import (
    Bundle,
    BundleItem,
    Certificate,
    CostsSchedule,
    Prosecution,
    WitnessStatement,
)
from mainstay.service.documents.models import Service, Statement

SCHOOL, OFFICER, LEGAL = "The school", "The officer", "Legal"
IN, READY, MISSING, ASIDE = "in", "ready", "missing", "aside"
#: state -> words and colour
STATES: Final = {
    IN: ("In the bundle", "green"), READY: ("Ready to add", "blue"), MISSING: ("Missing", "red"), ASIDE: ("Left out", "grey"),
}  # fmt: skip
Kind = BundleItem.Kind
#: what the bundle itself is not complete without before the charge is issued: the charge comes with it
AFTER_CHARGE: Final = frozenset({"charge"})
#: these are evidence without which nothing is proved: they cannot be left out
NEEDED: Final = frozenset({"certificate", "statement"})


@dataclass(frozen=True, slots=True)
class Expected:
    """One paper. words: what is missing, or what there is."""

    key: str
    title: str
    owner: str
    state: str
    words: str

    @property
    def said(self) -> tuple[str, str]:
        return STATES[self.state]


def items_of(bundle: Bundle) -> list[BundleItem]:
    """Its papers in order, with everything pages and checks ask of them."""
    with_ = ("document__file", "file", "certificate__prosecution__case", "witness__witness")
    return list(bundle.items.select_related(*with_))


def papers(one: Prosecution, bundle: Bundle | None, items: list[BundleItem] | None = None) -> list[Expected]:
    """Every paper that is expected, as it stands; a fixed number of queries. items: ``items_of``, where they are read."""
    items = items if items is not None else items_of(bundle) if bundle else []
    aside = bundle.set_aside if bundle else {}
    made = {item.kind for item in items}
    kinds = {item.document.kind for item in items if item.document}
    certificate, statements = standing_certificate(one), standing_statements(one)
    in_bundle = {item.witness_id for item in items if item.kind == Kind.STATEMENT}
    of_school = [s for s in statements if s.school_id]
    of_service = [s for s in statements if not s.school_id]
    plans, interview, drafts, served, costs = _there(one)
    absent = one.offence.startswith("444")

    def line(key: str, title: str, owner: str, there: bool, ready: bool, words: str) -> Expected:
        state = IN if there else ASIDE if key in aside else READY if ready else MISSING
        said = aside[key] if state == ASIDE else "" if state == IN else words
        return Expected(key, title, owner, state, said)

    found = [
        line("charge", "Charge and notice", LEGAL, Kind.CHARGE in made, one.charge_document_id is not None,
             "The charge is issued." if one.charge_document_id else "The charge is not issued yet."),
        line("statement", "Statement of the officer", OFFICER, any(s.pk in in_bundle for s in of_service),
             any(s.signed_at for s in of_service), _statement(of_service, drafts)),
        line("exhibits", "Exhibits", OFFICER, Kind.EXHIBIT in made, False, "No exhibit was added."),
        line("plan", "Plan and what came of it", OFFICER, any(k.endswith("plan") for k in kinds), False,
             "A plan of the case is among its documents: add it." if plans else "The case has no plan that was offered."),
        line("minutes", "Minutes of the meeting", OFFICER, any("outcome" in k for k in kinds), False,
             "Add what was written of the Fast Track meeting."),
        line("interview", "Record of interview", OFFICER, Kind.INTERVIEW in made, bool(interview),
             f"{interview} is signed." if interview else "No signed interview with this parent."),
        line("chronology", "Chronology", OFFICER, Kind.CHRONOLOGY in made, True, "Choose its entries."),
        line("family", "Family circumstances for a parenting order", OFFICER, Kind.FAMILY in made, True, "Write it down."),
        line("service", "Certificate of service", LEGAL, Kind.SERVICE in made, served,
             "It is made from what was recorded." if served else "No paper is recorded as sent to this parent."),
        line("costs", "Costs schedule", LEGAL, Kind.COSTS in made, costs,
             "It is made." if costs else "Write down the hours on the prosecution’s page."),
    ]  # fmt: skip
    if absent:
        signed = certificate is not None and certificate.signed_at is not None
        words = (
            "It was not asked for." if certificate is None
            else f"{certificate.school.name} signed it." if signed else f"{certificate.school.name} has not signed it yet."
        )  # fmt: skip
        found.insert(
            1,
            line(
                "certificate",
                "Certificate of attendance, signed",
                SCHOOL,
                Kind.CERTIFICATE in made,
                signed,
                words,
            ),
        )
        found.insert(2, line("school_statement", "Statement of the school", SCHOOL, any(s.pk in in_bundle for s in of_school),
                             any(s.signed_at for s in of_school), _statement(of_school, drafts=False)))  # fmt: skip
        found.append(line("printout", "Printout of the year with a commentary", SCHOOL, Kind.PRINTOUT in made, True,
                          "Made from the register."))  # fmt: skip
    return found


def keep(one: Any) -> None:
    """Read what several parts of a page look at once, and keep it with the row of the prosecution; three queries."""
    one.__dict__["_evidence"] = standing_certificates(one), standing_statements(one), bundles(one)


def standing_certificates(one: Any) -> list[Certificate]:
    """One of each school that was asked."""
    if "_evidence" in one.__dict__:
        return list(one.__dict__["_evidence"][0])
    found = Certificate.objects.standing().filter(prosecution=one)
    return list(found.select_related("school", "prosecution__case"))


def standing_certificate(one: Any) -> Certificate | None:
    return next(iter(standing_certificates(one)), None)


def standing_statements(one: Any) -> list[WitnessStatement]:
    if "_evidence" in one.__dict__:
        return list(one.__dict__["_evidence"][1])
    found = WitnessStatement.objects.standing().filter(prosecution=one)
    return list(found.select_related("school", "witness"))


def bundles(one: Any) -> list[Bundle]:
    """Every version, the latest first, withdrawn ones too."""
    if "_evidence" in one.__dict__:
        return list(one.__dict__["_evidence"][2])
    return list(Bundle.objects.filter(prosecution=one))


def _there(one: Prosecution) -> tuple[bool, str | None, bool, bool, bool]:
    """Whether there is an offered plan, the number of a signed interview, a drafted statement, a paper sent, costs; one query."""
    case, parent = OuterRef("case"), OuterRef("parent")
    of_child = OuterRef("case__pupil")
    signed = Interview.objects.filter(fast_track__case=case, parent=parent, state=Interview.State.SIGNED)
    found = Prosecution.objects.filter(pk=one.pk).values_list(
        Exists(Plan.objects.filter(case=case).exclude(state=Plan.State.DRAFT).order_by()),
        Subquery(signed.order_by("-pk").values("pk")[:1]),
        Exists(Statement.objects.filter(pupil=of_child).order_by()),
        Exists(Service.objects.filter(pupil_id=of_child, addressee=parent).exclude(sent_on=None).order_by()),
        Exists(CostsSchedule.objects.filter(prosecution=OuterRef("pk")).order_by()),
    )
    plans, interview, *rest = found.order_by().get()
    return plans, Interview(pk=interview).number if interview else None, *rest


def missing(one: Prosecution, bundle: Bundle | None, *, with_charge: bool) -> list[Expected]:
    return left(papers(one, bundle), with_charge=with_charge)


def left(found: list[Expected], *, with_charge: bool) -> list[Expected]:
    """What is neither in the bundle nor left out with a reason."""
    return [
        each
        for each in found
        if each.state in (READY, MISSING) and (with_charge or each.key not in AFTER_CHARGE)
    ]


def live(one: Prosecution) -> Bundle | None:
    return next((each for each in bundles(one) if each.state != Bundle.State.WITHDRAWN), None)


# what stands in the way of the evidence being complete (``blockers.evidence``)


def certificate_missing(one: Prosecution) -> str | None:
    if not one.offence.startswith("444"):
        return None
    found = standing_certificate(one)
    if found is None:
        return "Ask the school for the head teacher’s certificate of attendance."
    if found.signed_at is None:
        return f"The head teacher of {found.school.name} has not signed the certificate of attendance."
    if certificates.changed(found):
        return "Marks changed since the certificate was signed: ask for a new one, or explain the change."
    if one.offence_from < found.first or found.last < one.offence_to:
        return "The certificate does not cover every day of the charge: ask for a new one."
    return None


def statement_missing(one: Prosecution) -> str | None:
    if any(each.signed_at for each in standing_statements(one)):
        return None
    return "No witness statement is signed."


def bundle_missing(one: Prosecution) -> str | None:
    """No bundle, or a paper that is neither in it nor left out with a reason."""
    bundle = live(one)
    if bundle is None or bundle.state == Bundle.State.ISSUED:
        return said_of(bundle, [], [])
    items = items_of(bundle)
    return said_of(bundle, papers(one, bundle, items), items)


def said_of(bundle: Bundle | None, found: list[Expected], items: Iterable[BundleItem]) -> str | None:
    """The same of what is read already. found: ``papers`` of it."""
    if bundle is None:
        return "Begin the bundle of evidence."
    if bundle.state == Bundle.State.ISSUED:
        return None
    if titles := [each.title.lower() for each in left(found, with_charge=False)]:
        return f"Add to the bundle, or leave out with a reason: {', '.join(titles)}."
    return untreated(items)


def untreated(items: Iterable[BundleItem]) -> str | None:
    """A paper that is not fit to be served yet."""
    bad = [item.title for item in items if item.file_id and not item.description.strip()]
    if bad:
        return f"Describe what each of these shows: {', '.join(bad)}."
    return None


def _statement(found: list[Any], drafts: bool) -> str:
    if any(s.signed_at for s in found):
        return "It is signed: add it with its exhibits."
    if found:
        waiting = found[0]
        who = waiting.school.name if waiting.school else waiting.witness.name
        return f"{who} has not signed it yet."
    return "A statement is drafted: take it." if drafts else "None was asked for."
