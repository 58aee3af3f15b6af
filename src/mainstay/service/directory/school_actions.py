"""Changing a school: its details, contacts and link officer."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import searching
from mainstay.service.directory.announcements import link_officer_changed
from mainstay.service.directory.models import LinkOfficer, School, SchoolContact

#: what people may change by hand; the rest comes from GIAS
EDITABLE = ("name", "phone", "head", "address", "postcode", "expects_file_every_days")


@transaction.atomic
def edit_school(*, school: School, by: Any, at: datetime, **values: Any) -> School:
    """Change details of a school; old and new values are in the audit."""
    if strange := set(values) - set(EDITABLE):
        raise ValueError(f"not editable by hand: {sorted(strange)}")
    school = School.objects.select_for_update().get(pk=school.pk)
    changed = {name: value for name, value in values.items() if getattr(school, name) != value}
    if not changed:
        return school
    old = {name: getattr(school, name) for name in changed}
    for name, value in changed.items():
        setattr(school, name, value)
    school.save()
    searching.write_schools([school])
    trail.record(by=by, at=at, action="school.edited", on=school, old=old, new=changed)
    return school


@transaction.atomic
def add_contact(*, school: School, by: Any, at: datetime, **values: str) -> SchoolContact:
    """Add somebody to ask at a school: name, post, email, phone."""
    contact = SchoolContact.objects.create(school=school, **values)
    trail.record(by=by, at=at, action="school.contact_added", on=school, contact=contact.pk)
    return contact


@transaction.atomic
def remove_contact(*, contact: SchoolContact, by: Any, at: datetime) -> None:
    trail.record(by=by, at=at, action="school.contact_removed", on=contact.school, contact=contact.pk)
    contact.delete()


@transaction.atomic
def name_link_officer(*, school: School, officer: User, since: date, by: Any, at: datetime) -> LinkOfficer:
    """Name a school's link officer from a day on; whoever held it until then ends the day before.

    Raises StepRefused for somebody who has left or is leaving, or a day before the present officer began.
    """
    if not officer.is_active:
        raise StepRefused("This person has left.")
    if officer.left_on is not None:
        raise StepRefused("This person is leaving.")
    held = LinkOfficer.objects.select_for_update().filter(school=school)
    present = held.filter(Q(until__isnull=True) | Q(until__gte=since))
    if present.filter(since__gte=since).exists():
        raise StepRefused("A link officer is already named from that day or later.")
    present.update(until=since - timedelta(days=1))
    link = LinkOfficer.objects.create(school=school, officer=officer, since=since)
    trail.record(by=by, at=at, action="school.link_officer", on=school, officer=officer.pk, since=since)
    if since <= timezone.localdate(at):
        link_officer_changed.send(school_ids=[school.pk], by=by, at=at)
    return link


@daily("directory.link_officers")
def tell_of_link_officers(*, on: date, last: date | None) -> None:
    """Announce what was named or ended for a day that has come since the last time."""
    links = LinkOfficer.objects.all()
    if last is not None:
        links = links.filter(Q(since__gt=last, since__lte=on) | Q(until__gte=last, until__lt=on))
    if schools := sorted(set(links.values_list("school_id", flat=True))):
        with transaction.atomic():
            link_officer_changed.send(school_ids=schools, by=None, at=timezone.now())
