"""Drafting a statement, changing its words, drafting it again for another day, printing it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import rendering, statements
from mainstay.service.documents.models import Document, Statement, StatementVersion
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry

LONGEST = 100_000


@transaction.atomic
def start(
    *, pupil: Pupil, witness: User, asked: statements.Asked, known_on: date, by: User, at: datetime
) -> tuple[Statement, int]:
    """A first draft from ticked entries or a range of days; with the number of entries that had to be left out."""
    _may(pupil, by)
    if not witness.sees_all_schools:
        raise StepRefused("A statement is drafted here for people of the service alone.")
    statement = Statement.objects.create(pupil=pupil, witness=witness, made_at=at)
    left_out = _draft(statement, asked, known_on, by, at)
    add_entry(
        pupil=pupil, by=by, at=at, kind=statements.OWN, title="A statement was drafted", about=statement,
        text=f"For {witness.name}, from the chronology as it was known on {in_words(known_on)}.",
    )  # fmt: skip
    return statement, left_out


@transaction.atomic
def draft_again(
    *, statement_id: int, asked: statements.Asked | None, known_on: date, version: int, by: User, at: datetime
) -> int:
    """The words anew from the chronology as known on a day; earlier versions stay. How many entries were left out.

    asked: None for what the version in force was drafted from.
    """
    statement = _locked(statement_id, by)
    if version != statement.version:
        raise StepRefused(
            "Somebody changed this statement meanwhile. Read their words first, then draft again."
        )
    return _draft(statement, asked or statements.Asked.of(_current(statement).asked), known_on, by, at)


@transaction.atomic
def edit(*, statement_id: int, text: str, version: int, by: User, at: datetime) -> StatementVersion:
    """Change the words of the version somebody read.

    Where another change came between, both are kept: these words beside, the other's in force. Nothing is lost.
    """
    statement = _locked(statement_id, by)
    text = "\n\n".join(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
    if not text:
        raise StepRefused("Write at least one paragraph.")
    if len(text) > LONGEST:
        raise StepRefused("This is longer than a statement can be. Split it.")
    current = _current(statement)
    if current.text == text:
        return current
    return _keep(
        statement, by, at, beside=version != statement.version, text=text, exhibits=current.exhibits,
        entries=current.entries, asked=current.asked,
    )  # fmt: skip


@transaction.atomic
def make_pdf(*, statement_id: int, by: User, at: datetime) -> Document:
    """The words in force as a PDF, with numbered paragraphs and the list of exhibits; a draft, to be read and signed."""
    statement = _locked(statement_id, by)
    current = _current(statement)
    pupil, witness = statement.pupil, statement.witness
    values = {
        "title": "Statement (draft)",
        "footer": f"Statement of {witness.name}, version {current.number}",
        "facts": [
            ["Statement of", witness.name],
            ["Occupation", witness.post or "to be added"],
            ["About", pupil.name],
            ["Date of birth", in_words(pupil.date_of_birth) if pupil.date_of_birth else "not known"],
            ["Draft of", in_words(timezone.localdate(current.at))],
        ],
        "paragraphs": current.paragraphs,
        "exhibits": [[one["ref"], one["what"], one["on"]] for one in current.exhibits],
    }
    document = rendering.issue(
        template="statement_draft", title="Statement (draft)", values=values, pupil_id=pupil.pk, by=by, at=at,
        about=statement,
    )  # fmt: skip
    add_entry(
        pupil=pupil,
        by=by,
        at=at,
        kind=statements.OWN,
        title="A statement was made for printing",
        about=document,
    )
    return document


def _may(pupil: Pupil, by: User) -> None:
    if not (by.may("draft_statement") and by.sees_all_schools):
        raise StepRefused("Your role cannot draft statements.")
    if not access.may_open(by, pupil):
        raise StepRefused("You cannot open this record.")


def _locked(statement_id: int, by: User) -> Statement:
    found = Statement.objects.select_for_update(of=("self",)).select_related("pupil", "witness")
    statement = found.get(pk=statement_id)
    _may(statement.pupil, by)
    return statement


def _current(statement: Statement) -> StatementVersion:
    return statement.versions.get(number=statement.version)


def _draft(statement: Statement, asked: statements.Asked, known_on: date, by: User, at: datetime) -> int:
    if known_on > timezone.localdate(at):
        raise StepRefused("Nobody knows yet what will be known on a day to come.")
    found = statements.chosen(statement.pupil, by, asked)
    drafted = statements.draft(found, statement.witness, known_on)
    if not drafted.paragraphs:
        raise StepRefused(
            "No entry that may stand in a statement was known then. Choose other entries or days; what is privileged, for "
            "named people alone or decided in supervision is never put into one."
        )
    _keep(
        statement, by, at, known_on=known_on, asked=asked.kept(), entries=drafted.entries, exhibits=drafted.exhibits,
        text="\n\n".join([statements.opening(statement.witness), *drafted.paragraphs]),
    )  # fmt: skip
    return drafted.left_out


def _keep(
    statement: Statement, by: User, at: datetime, *, beside: bool = False, **values: Any
) -> StatementVersion:
    """Another version, in force unless it is kept beside."""
    last = statement.versions.order_by("-number").values_list("number", flat=True).first() or 0
    made = statement.versions.create(number=last + 1, at=at, by=by, beside=beside, **values)
    if not beside:
        statement.version = made.number
        statement.save(update_fields=["version"])
    trail.record(
        by=by, at=at, action="statement.written", on=statement, version=made.number, beside=beside,
        known_on=made.known_on,
    )  # fmt: skip
    return made
