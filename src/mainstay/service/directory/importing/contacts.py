"""Storing parents, carers and addresses: one row a parent however many children, addresses from and to."""

from collections.abc import Mapping
from datetime import date, timedelta

from mainstay.service.common.keys import fold
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.importing.incoming import Contact, Home, Incoming
from mainstay.service.directory.models import Address, Parent, Parenthood

#: what is taken from a contact where it says something
_SAID = ("title", "phone", "email")


def store_contacts(taken: Mapping[int, Incoming], *, source: str, on: date) -> list[int]:
    """Keep the contacts that are parents in law; the ids of the parents touched.

    A contact is a parent we know when the name agrees and, for a parent of another child, also the
    telephone number, e-mail or postcode. Somebody who is no parent in the sense of s.576 is left out.
    """
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
        if parent is None:
            parent = Parent(surname=contact.surname, forename=contact.forename)
        _update(parent, contact)
        parent.save()
        others.setdefault(_key(contact), []).append((parent, {home.postcode} if home else set()))
        parents[parent.pk] = parent
        if home:
            homes[parent.pk] = home
        if tie is None:
            tie = Parenthood(pupil_id=pupil, parent=parent, basis=contact.basis or "", source=source[:120])
            ties[pupil, _key(contact)] = tie
            new_ties.append(tie)
        elif tie.pk:
            changed_ties.append(tie)
        _say(tie, contact)
    Parenthood.objects.bulk_create(new_ties, batch_size=200)
    fields = ["relationship", "basis", "parental_responsibility", "lives_with", "priority"]
    Parenthood.objects.bulk_update(changed_ties, fields, batch_size=100)
    store_homes(homes, of="parent", on=on)
    return list(parents)


def _key(contact: Contact) -> str:
    return fold(f"{contact.surname} {contact.forename}")


def _ties(pupils: list[int]) -> dict[tuple[int, str], Parenthood]:
    return {
        (tie.pupil_id, tie.parent.key): tie
        for few in chunks(pupils)
        for tie in Parenthood.objects.filter(pupil__in=few).select_related("parent")
    }


def _namesakes(keys: set[str]) -> dict[str, list[tuple[Parent, set[str]]]]:
    """Key -> parents of that name with the postcodes they live at."""
    found: dict[str, list[tuple[Parent, set[str]]]] = {}
    for few in chunks(sorted(keys)):
        for parent in Parent.objects.filter(key__in=few).prefetch_related("addresses"):
            postcodes = {home.postcode for home in parent.addresses.all() if home.until is None}
            found.setdefault(parent.key, []).append((parent, postcodes))
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


def _update(parent: Parent, contact: Contact) -> None:
    for name in _SAID:
        if value := getattr(contact, name):
            setattr(parent, name, value)


def _say(tie: Parenthood, contact: Contact) -> None:
    """What the contact says of the tie; silence changes nothing."""
    tie.relationship = contact.relationship or tie.relationship
    tie.basis = contact.basis or tie.basis
    tie.priority = contact.order
    if contact.believed_responsibility is not None:
        tie.parental_responsibility = contact.believed_responsibility
    if contact.as_pupil is not None:
        tie.lives_with = contact.as_pupil


def store_homes(homes: Mapping[int, Home], *, of: str, on: date) -> int:
    """Keep addresses of pupils or parents; a new one ends the old one the day before. The number kept.

    of: "pupil" or "parent", whose ids ``homes`` is keyed by.
    """
    present: dict[int, list[Address]] = {}
    for few in chunks(list(homes)):
        for row in Address.objects.filter(**{f"{of}__in": few}, until__isnull=True):
            present.setdefault(getattr(row, f"{of}_id"), []).append(row)
    new, ended = [], []
    for pk, home in homes.items():
        rows = present.get(pk, [])
        if any(fold(row.lines) == fold(home.lines) and row.postcode == home.postcode for row in rows):
            continue
        for row in rows:
            row.until = max(on - timedelta(days=1), row.since or date.min)
            ended.append(row)
        new.append(
            Address(
                **{f"{of}_id": pk},
                lines=home.lines,
                postcode=home.postcode,
                uprn=home.uprn,
                since=on,
                confidential=any(row.confidential for row in rows),
            )
        )
    Address.objects.bulk_update(ended, ["until"], batch_size=200)
    Address.objects.bulk_create(new, batch_size=200)
    return len(new)
