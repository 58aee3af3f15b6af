"""The papers of one notice for a prosecution, as one ZIP: what was posted, what it rests on, and why it was decided.

``notice.json`` tells all of it for a program, ``court.csv`` is the one row of the neutral layout courts are given,
with the cells that are not known left empty; offence code and wording are chosen when the charge is drafted.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any, Final

from django.db.models import Q

from mainstay.service.common.exports import csv_lines
from mainstay.service.common.models import Decision
from mainstay.service.common.ui.filters import date_time, long_date, money
from mainstay.service.common.uploads import store
from mainstay.service.documents.models import Document
from mainstay.service.documents.states import state as service_state
from mainstay.service.penalties import facts, letters
from mainstay.service.penalties.actions.ending import limits_of
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import notice_page as page

COLUMNS: Final = (
    "case_ref", "defendant_title", "forename", "surname", "dob", "address_1", "address_2", "address_3", "address_4",
    "address_5", "postcode", "offence_code", "offence_wording", "offence_from", "offence_to", "child_initials",
    "school", "pn_ref", "pn_issued", "pn_unpaid_on", "prosecutor_ref", "costs_claimed",
)  # fmt: skip
ADDRESS_LINES: Final = 5
PARTS: Final = (
    ("Reasons", "reasons"), ("Evidence", "evidence"), ("Support tried", "support_tried"),
    ("Circumstances", "circumstances"), ("Equality", "equality"), ("Alternatives considered", "alternatives"),
)  # fmt: skip


def papers(notice: Notice, today: date) -> IO[bytes]:
    """The ZIP, at its beginning; a file that goes when closed. Its names tell nothing about the child."""
    found = facts.one(notice, today)
    whole = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _files(notice, found, today):
            packed.writestr(name, content)
    whole.seek(0)
    return whole


def _files(notice: Notice, found: facts.Facts, today: date) -> Iterator[tuple[str, bytes | str]]:
    documents = _documents(notice)
    names = [_name(number, document) for number, document in enumerate(documents, 1)]
    yield "contents.txt", _contents(notice, documents, names, today)
    for name, document in zip(names, documents, strict=True):
        yield name, store.read(document.file)
    yield "service.txt", _service(documents)
    yield "payments.txt", _payments(notice)
    yield "decisions.txt", _decisions(notice)
    yield "notice.json", json.dumps(as_json(notice, found, today), indent=2, ensure_ascii=False, default=str)
    yield "court.csv", "".join(csv_lines(COLUMNS, [court_row(notice, found)]))


def _documents(notice: Notice) -> list[Document]:
    """The notice first, then the certificates it froze, then whatever else was made about it."""
    first = [notice.document_id, *notice.certificates]
    of = Q(about_kind="penalties.notice", about_id=str(notice.pk)) | Q(pk__in=[pk for pk in first if pk])
    found = (
        Document.objects.filter(of)
        .select_related("file")
        .prefetch_related("services")
        .order_by("made_at", "pk")
    )
    return sorted(found, key=lambda d: first.index(d.pk) if d.pk in first else len(first))


def _name(number: int, document: Document) -> str:
    return f"{number:02}-{document.kind.replace('_', '-')}.pdf"


def _contents(notice: Notice, documents: Sequence[Document], names: Sequence[str], today: date) -> str:
    listed = [(name, document.title) for name, document in zip(names, documents, strict=True)]
    listed += [
        ("service.txt", "how each paper reached its addressee"),
        ("payments.txt", "money that came in for this notice, and what went back"),
        ("decisions.txt", "the decisions with their reasons, who made and who approved them"),
        ("notice.json", "all of this for a program, with the answers of the law as they were kept"),
        ("court.csv", "one row for the court; cells that are not known are empty"),
    ]
    head = f"Papers of penalty notice {notice.number}, handed over on {long_date(today)}"
    limits = limits_of(notice, today)
    reasons = [reason.text for reason in limits.reasons] if limits else []
    return _text([head, "", *(f"{name}: {said}" for name, said in listed), "", *reasons])


def _service(documents: Iterable[Document]) -> str:
    lines = ["How each paper reached its addressee", ""]
    for document in documents:
        for service in document.services.all():
            where = ", ".join(service.address.splitlines())
            lines.append(f"{document.title}, to {service.addressee_name}, {where}: {service_state(service)}.")
            lines += [reason["text"] for reason in service.answer.get("reasons", [])]
            lines += [f"Proof: {service.proof}"] if service.proof else []
            lines += [f"Came back: {service.returned_reason}"] if service.returned_reason else []
            lines.append("")
    return _text(lines)


def _payments(notice: Notice) -> str:
    found = page.money_of(notice)
    lines = ["Money that came in for this notice", ""]
    for one in found["allocations"]:
        counted = "counts" if one.counts else f"does not count: {one.refused}"
        lines.append(f"{money(one.pence)} on {long_date(one.on)}, {one.way}: {counted}")
    lines += [] if found["allocations"] else ["None."]
    lines += [
        f"{money(back.pence)} to go back: {back.because} ({back.state.label.lower()})"
        for back in found["refunds"]
    ]
    return _text(lines)


def _decisions(notice: Notice) -> str:
    said = (
        ("To issue the notice", notice.decision),
        ("What follows on the unpaid notice", notice.prosecution),
        ("To withdraw the notice", notice.withdrawal),
    )
    lines = [
        f"Why this parent: {notice.why_parent} ({notice.chosen_by.name}, {date_time(notice.chosen_at)})",
        "",
    ]
    for heading, decision in said:
        if decision is not None:
            lines += [*_decision(heading, decision), ""]
    return _text(lines)


def _decision(heading: str, decision: Decision) -> Iterator[str]:
    yield f"{heading}: {decision.outcome.replace('_', ' ')}"
    yield f"Decided by {decision.by.name}, {decision.by.post}, {date_time(decision.at)}"
    if decision.approved_by is not None:
        yield f"Approved by {decision.approved_by.name}, {decision.approved_by.post}, {date_time(decision.approved_at)}"
    for label, name in PARTS:
        if text := getattr(decision, name):
            yield f"{label}: {text}"


def _text(lines: Iterable[str]) -> str:
    return "\r\n".join(lines).rstrip() + "\r\n"


def court_row(notice: Notice, found: facts.Facts) -> tuple[Any, ...]:
    """The one row of ``COLUMNS``; the defendant's address is where they live now, or else where the notice went."""
    parent, lines = notice.parent, letters.address_of(found).splitlines()
    postcode = lines.pop() if lines and found.address is not None and found.address.postcode.strip() else ""
    return (
        "", parent.title, parent.forename, parent.surname, parent.date_of_birth, *address_cells(lines), postcode,
        "", "", notice.offence_from, notice.offence_to, notice.pupil.initials, notice.school.name,
        notice.number, notice.issued_on, notice.decide_from, "", "",
    )  # fmt: skip


def address_cells(lines: Sequence[str]) -> list[str]:
    """The address, without its postcode, in the five cells of ``COLUMNS``; what is left over stands in the last."""
    cells = [*lines[: ADDRESS_LINES - 1], ", ".join(lines[ADDRESS_LINES - 1 :])] + [""] * ADDRESS_LINES
    return cells[:ADDRESS_LINES]


def as_json(notice: Notice, found: facts.Facts, today: date) -> dict[str, Any]:
    """The whole notice for a program."""
    limits = limits_of(notice, today)
    days = (
        "offence_from",
        "offence_to",
        "issued_on",
        "served_on",
        "reduced_until",
        "full_until",
        "decide_from",
    )
    return {
        "number": notice.number,
        "kind": notice.kind,
        "state": notice.state,
        "position": notice.position,
        "defendant": {
            "title": notice.parent.title, "forename": notice.parent.forename, "surname": notice.parent.surname,
            "date_of_birth": notice.parent.date_of_birth, "address": letters.address_of(found).splitlines(),
            "basis": found.tie.get_basis_display() if found.tie else None,
            "basis_evidence": found.tie.basis_evidence if found.tie else None,
        },
        "child": {"initials": notice.pupil.initials, "date_of_birth": notice.pupil.date_of_birth},
        "school": {"name": notice.school.name, "urn": notice.school.urn},
        **{name: getattr(notice, name) for name in days},
        "sessions": notice.sessions,
        "marks_digest": notice.marks_digest,
        "sums_pence": {"reduced": notice.reduced_pence, "full": notice.full_pence},
        "answer_at_issue": notice.answer,
        "dates_answer": notice.dates_answer,
        "limitation": limits.as_dict() if limits else None,
        "rules_version": notice.rules_version,
        "code_version": notice.code_version,
        "documents": [
            {"kind": d.kind, "title": d.title, "sha256": d.file.sha256, "made_at": d.made_at.isoformat()}
            for d in _documents(notice)
        ],
    }  # fmt: skip
