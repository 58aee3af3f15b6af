"""Storing parents, carers and addresses: one row a parent however many children, addresses from and to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mainstay.service.common.keys import fold
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.importing.incoming import Contact, Home, Incoming
from mainstay.service.directory.models import Address, Parent, Parenthood

#: what is taken from a contact where it says something
_SAID = ("title", "phone", "email", "language", "interpreter")
_TIE = ("relationship", "basis", "basis_evidence", "parental_responsibility", "lives_with", "contact_allowed")

ADDED = "parent or carer added"

#: whose it is ("the child", a parent's name) -> what was changed -> old and new
Changes = dict[str, dict[str, list[Any]]]


@dataclass(slots=True)
class Stored:
    """What the contacts of a file did."""

    parents: list[int] = field(default_factory=list)  # touched
    changes: dict[int, Changes] = field(default_factory=dict)  # by pupil

    def note(self, pupil: int, whose: str, changes: dict[str, list[Any]]) -> None:
        if changes:
            self.changes.setdefault(pupil, {}).setdefault(whose, {}).update(changes)


def store_contacts(taken: Mapping[int, Incoming], *, source: str, on: date) -> Stored:
    """Keep the contacts that are parents in law, and say what that changed.

    A contact is a parent we know when the name agrees and, for a parent of another child, also the
    telephone number, e-mail or postcode. Somebody who is no parent in the sense of s.576 is left out.
    """
    stored = Stored()
    wanted = [(pupil, row, c) for pupil, row in taken.items() for c in row.contacts if c.basis]
    ties = _ties(list(taken))
    others = _namesakes({_key(c) for _, _, c in wanted})
    parents: dict[int, Parent] = {}
    homes: dict[int, Home] = {}
    new_ties, changed_ties = [], []
    for pupil, row, contact in sorted(wanted, key=lambda w: (w[0], w[2].order)):
        home = row.home if contact.as_pupil else contact.home
        tie = ties.get((pupil, _key(contact)))
        parent = tie.parent if tie else _same(contact, home, others.get(_key(contact), []))
        known = parent is not None
        parent = parent or Parent(surname=contact.surname, forename=contact.forename)
        changes = _update(parent, contact)
        if changes or not known:
            parent.save()
        others.setdefault(_key(contact), []).append((parent, {home.postcode} if home else set()))
        parents[parent.pk] = parent
        if home:
            homes[parent.pk] = home
        if tie is None:
            tie = Parenthood(pupil_id=pupil, parent=parent, basis=contact.basis or "", source=source[:120])
            ties[pupil, _key(contact)] = tie
            new_ties.append(tie)
            _say(tie, contact)
            changes[ADDED] = [None, parent.name]
        else:
            changes |= _say(tie, contact)
            if tie.pk:
                changed_ties.append(tie)
        stored.note(pupil, parent.name, changes if known else {ADDED: [None, parent.name]})
    Parenthood.objects.bulk_create(new_ties, batch_size=200)
    Parenthood.objects.bulk_update(changed_ties, [*_TIE, "priority"], batch_size=100)
    moved = store_homes(homes, of="parent", on=on)
    for pupil, key in ties:
        parent = ties[pupil, key].parent
        stored.note(pupil, parent.name, moved.get(parent.pk, {}))
    stored.parents = list(parents)
    return stored


def _key(contact: Contact) -> str:
    return fold(f"{contact.surname} {contact.forename}")


def _ties(pupils: list[int]) -> dict[tuple[int, str], Parenthood]:
    """(pupil, name) -> tie; a parent joined from two records goes by both names."""
    found = {
        (tie.pupil_id, tie.parent.key): tie
        for few in chunks(pupils)
        for tie in Parenthood.objects.filter(pupil__in=few).select_related("parent")
    }
    parents: dict[int, list[Parenthood]] = {}
    for tie in found.values():
        parents.setdefault(tie.parent_id, []).append(tie)
    for few in chunks(sorted(parents)):
        joined = Parent.objects.filter(merged_into__in=few).values_list("merged_into_id", "key")
        found |= {(tie.pupil_id, key): tie for into, key in joined for tie in parents[into]}
    return found


def _namesakes(keys: set[str]) -> dict[str, list[tuple[Parent, set[str]]]]:
    """Key -> parents of that name with the postcodes they live at."""
    found: dict[str, list[tuple[Parent, set[str]]]] = {}
    for few in chunks(sorted(keys)):
        named = Parent.objects.filter(key__in=few).prefetch_related("addresses", "merged_into__addresses")
        for record in named:
            parent = record.merged_into or record  # joined from a record of that name
            postcodes = {home.postcode for home in parent.addresses.all() if home.until is None}
            found.setdefault(record.key, []).append((parent, postcodes))
    return found


def _same(contact: Contact, home: Home | None, known: list[tuple[Parent, set[str]]]) -> Parent | None:
    """The parent of that name who can also be reached in the same way; None for none or several."""
    phone, email = _digits(contact.phone), contact.email.casefold()
    postcode = home.postcode if home else ""
    agreeing = {
        parent.pk: parent
        for parent, postcodes in known
        if (phone and _digits(parent.phone) == phone)
        or (email and parent.email.casefold() == email)
        or (postcode and postcode in postcodes)
    }
    return next(iter(agreeing.values())) if len(agreeing) == 1 else None


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdecimal())


def _update(parent: Parent, contact: Contact) -> dict[str, list[Any]]:
    """What a file says of a parent; how to write safely is ours to say once somebody has said it."""
    said = {name: getattr(contact, name) for name in _SAID}
    said["safe_contact"] = "" if parent.safe_contact else contact.safe_contact
    return _set(parent, {name: value for name, value in said.items() if value not in ("", None)})


def _say(tie: Parenthood, contact: Contact) -> dict[str, list[Any]]:
    """What the contact says of the tie; silence changes nothing. A file forbids contact and never allows it
    again, and leaves a basis alone for which there is evidence."""
    tie.priority = contact.order
    said: dict[str, Any] = {
        "relationship": contact.relationship or None,
        "basis": None if tie.basis_evidence else contact.basis,
        "basis_evidence": None if tie.basis_evidence else contact.evidence or None,
        "parental_responsibility": contact.believed_responsibility,
        "lives_with": contact.as_pupil,
        "contact_allowed": False if contact.contact_allowed is False else None,
    }
    return _set(tie, {name: value for name, value in said.items() if value is not None})


def _set(row: Parent | Parenthood, values: dict[str, Any]) -> dict[str, list[Any]]:
    found = {}
    for name, value in values.items():
        if (old := getattr(row, name)) != value:
            found[name] = [old, value]
            setattr(row, name, value)
    return found


def store_homes(homes: Mapping[int, Home], *, of: str, on: date) -> dict[int, dict[str, list[Any]]]:
    """Keep addresses of pupils or parents; a new one ends the old one the day before. Whose changed: old, new.

    of: "pupil" or "parent", whose ids ``homes`` is keyed by. What is confidential stays so.
    """
    present: dict[int, list[Address]] = {}
    for few in chunks(list(homes)):
        for row in Address.objects.filter(**{f"{of}__in": few}, until__isnull=True):
            present.setdefault(getattr(row, f"{of}_id"), []).append(row)
    new, ended, hidden = [], [], []
    changes: dict[int, dict[str, list[Any]]] = {}
    for pk, home in homes.items():
        rows = present.get(pk, [])
        if same := [row for row in rows if _is_at(row, home)]:
            if home.confidential and not same[0].confidential:
                same[0].confidential = True
                hidden.append(same[0])
                changes[pk] = {"confidential": [False, True]}
            continue
        for row in rows:
            row.until = max(on - timedelta(days=1), row.since or date.min)
            ended.append(row)
        confidential = home.confidential or any(row.confidential for row in rows)
        new.append(
            Address(
                **{f"{of}_id": pk},
                lines=home.lines,
                postcode=home.postcode,
                uprn=home.uprn,
                since=on,
                confidential=confidential,
            ).fill()
        )
        changes[pk] = {"address": [[[row.lines, row.postcode] for row in rows], [home.lines, home.postcode]]}
    Address.objects.bulk_update(ended, ["until"], batch_size=200)
    Address.objects.bulk_update(hidden, ["confidential"], batch_size=200)
    Address.objects.bulk_create(new, batch_size=200)
    return changes


def _is_at(row: Address, home: Home) -> bool:
    return fold(row.lines) == fold(home.lines) and row.postcode == home.postcode
