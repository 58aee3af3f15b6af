"""Leaflets: those shipped with Mainstay, a council's own, and what was given to whom.

``given(about)`` answers whether a family had its information before a step; ``give_leaflet`` records it.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models, router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from mainstay.service.common.announce import Provider
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Enrolment, Parent, Parenthood, Pupil, School
from mainstay.service.documents import languages, rendering
from mainstay.service.documents.models import Leaflet, LeafletGiven
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

RIGHTS, PROCESS, SUPPORT, PUPIL = "rights", "process", "support", "pupil"
SUBJECTS: Final = {RIGHTS: "Rights", PROCESS: "The legal process", SUPPORT: "Support", PUPIL: "For pupils"}
SHIPPED: Final = "Shipped with Mainstay"
#: in force before anybody could be given one
_ALWAYS: Final = date(2000, 1, 1)
_ROOM: Final = Path(__file__).parent / "leaflets_shipped"


def language_name(tag: str) -> str:
    names = {each.tag: each.english for each in languages.known()} | {languages.ENGLISH: "English"}
    return names.get(tag, tag)


def confirmed(leaflet: Leaflet) -> bool:
    """Whether the words need no translator to look at them any more."""
    return leaflet.language == languages.ENGLISH or bool(leaflet.checked)


def ship(using: str = "default", **_: Any) -> None:
    """Put in what is shipped and not there yet; listens to ``post_migrate``. A council's own words are left alone."""
    if not router.allow_migrate_model(using, Leaflet):
        return
    last: dict[tuple[str, str], Leaflet] = {}
    for leaflet in Leaflet.objects.using(using).order_by("version"):
        last[leaflet.subject, leaflet.language] = leaflet
    for subject, language, words in _shipped():
        known = last.get((subject, language))
        if known is not None and (known.by_id is not None or known.text == words["text"]):
            continue
        Leaflet.objects.using(using).create(
            subject=subject, language=language, version=known.version + 1 if known else 1, title=words["title"],
            text=words["text"], checked=words["checked"], at=timezone.now(), reason=SHIPPED,
            since=timezone.localdate() if known else _ALWAYS,
        )  # fmt: skip


def _shipped() -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in sorted(_ROOM.glob("*.toml")):
        for language, words in tomllib.loads(path.read_text("utf-8")).items():
            yield path.stem, language, {**words, "text": words["text"].strip()}


@transaction.atomic
def change(
    *,
    subject: str,
    language: str,
    title: str,
    since: date,
    reason: str,
    by: Any,
    at: datetime,
    text: str = "",
    file: IO[bytes] | None = None,
    checked: str = "",
) -> Leaflet:
    """A new version of a leaflet, from a day on: words, or a PDF of the council's own. Earlier ones are kept."""
    if not by.may("edit_wording"):
        raise StepRefused("Your role cannot change leaflets.")
    if subject not in SUBJECTS or language_name(language) == language:
        raise StepRefused("Choose what the leaflet is about, and its language.")
    text = text.replace("\r\n", "\n").strip()
    if not title.strip() or not (text or file) or (text and file):
        raise StepRefused("Give the leaflet a title, and either its words or a PDF.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("A new version cannot begin in the past: what was given then stays as it was.")
    last = Leaflet.objects.select_for_update().filter(subject=subject, language=language).last()
    kept = store.keep(file, allowed={"pdf"}, by=by, at=at) if file else None
    made = Leaflet.objects.create(
        subject=subject, language=language, version=last.version + 1 if last else 1, title=title.strip()[:160],
        text=text, file=kept, checked=checked.strip()[:160], since=since, at=at, by=by, reason=reason.strip()[:300],
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="leaflet.changed", on=made, subject=subject, language=language, version=made.version,
        since=since, reason=made.reason,
    )  # fmt: skip
    return made


def in_language(subject: str, language: str, on: date) -> Leaflet | None:
    """The leaflet on a subject in a language given by name or tag; in English where there is none."""
    wanted = language.strip().lower()
    found = {one.language: one for one in Leaflet.objects.in_force(on).filter(subject=subject)}
    for tag, one in found.items():
        if wanted in (tag, language_name(tag).lower()):
            return one
    return found.get("en")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something done for a child that a leaflet may go with. about: as entries have it; label: its kind in words."""

    about_kind: str
    about_id: str
    label: str
    on: date

    @property
    def key(self) -> str:
        return f"{self.about_kind}:{self.about_id}"

    @property
    def thing(self) -> models.Model:
        found: models.Model = apps.get_model(self.about_kind)._default_manager.get(pk=self.about_id)
        return found


occasions = Provider("what a leaflet about a child may go with: (pupil, user) -> list[Occasion]")


def occasions_of(pupil: Pupil, user: Any) -> list[Occasion]:
    """The latest first."""
    found = {one.key: one for given in occasions.ask(pupil, user) for one in given}
    return sorted(found.values(), key=lambda one: (one.on, one.key), reverse=True)


@transaction.atomic
def give_leaflet(
    *,
    leaflet: Leaflet,
    pupil: Pupil,
    to: Parent | None,
    how: str,
    given_on: date,
    by: Any,
    at: datetime,
    about: models.Model | None = None,
) -> LeafletGiven:
    """Record that a parent, or the child (``to`` None), was given a leaflet. about: the case, meeting… it went with.

    A school records what it gave to a child of its roll; the service reads that too, but not the other way round.
    """
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    if not by.may("give_leaflets"):
        raise StepRefused("Your role cannot record what was given.")
    if not access.may_open(by, pupil):
        raise StepRefused("You cannot open this record.")
    school = _school_of(by, pupil) if by.is_school_user else None
    if given_on > timezone.localdate(at):
        raise StepRefused("The day it was given cannot be in the future.")
    if leaflet.since > given_on:
        raise StepRefused(f"This leaflet is in force from {long_date(leaflet.since)}: nobody had it before.")
    if how not in LeafletGiven.How.values:
        raise StepRefused("Say how it was given.")
    if to is not None and not Parenthood.objects.filter(pupil=pupil, parent=to).exists():
        raise StepRefused("This person is no parent or carer of this child.")
    given = LeafletGiven.objects.create(
        leaflet=leaflet, pupil=pupil, parent=to, how=how, given_on=given_on, by=by, at=at,
        school=school,
        about_kind=about._meta.label_lower if about else "", about_id=str(about.pk) if about else "",
    )  # fmt: skip
    add_entry(
        pupil=pupil, by=by, at=at, kind="leaflet", about=about,
        audience=Audience.SCHOOL if by.is_school_user else Audience.SERVICE,
        title=f"A leaflet was given: {leaflet.title}"[:200],
        text=f"To {to.name if to else 'the child'} on {long_date(given_on)}, {given.get_how_display().lower()}, "
        f"in {language_name(leaflet.language)}, version {leaflet.version}.",
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="leaflet.given",
        on=given,
        leaflet=leaflet.pk,
        parent=to and to.pk,
        given_on=given_on,
    )
    return given


def _school_of(by: Any, pupil: Pupil) -> School:
    """Theirs, on whose roll the child is. Raises StepRefused for one who has left."""
    here = Enrolment.objects.current().filter(pupil=pupil, school__in=School.objects.visible_to(by))
    found = here.select_related("school").order_by("pk").first()
    if found is None:
        raise StepRefused("This child has left your school.")
    return found.school


def leaflets_given(
    about: models.Model | Pupil, *, to: Parent | None = None, subject: str = ""
) -> QuerySet[LeafletGiven]:
    """What was given with a case, meeting…, or about a child in all; for a step's "before you can…" list."""
    if isinstance(about, Pupil):
        found = LeafletGiven.objects.filter(pupil=about)
    else:
        found = LeafletGiven.objects.about(about)
    if to is not None:
        found = found.filter(parent=to)
    return found.filter(leaflet__subject=subject) if subject else found


def pdf(leaflet: Leaflet) -> bytes:
    """The leaflet for handing over: the council's own file, or its words set on a page."""
    if leaflet.file is not None:
        return store.read(leaflet.file)
    values = {
        "title": leaflet.title,
        "language": leaflet.language,
        "paragraphs": leaflet.text.split("\n\n"),
        "unchecked": "" if confirmed(leaflet) else "Not yet confirmed by a translator.",
        "footer": f"{settings.CONFIG.council_name}, {settings.CONFIG.service_name}. Version {leaflet.version}",
    }
    return rendering.render("leaflet", values)
