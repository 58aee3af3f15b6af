"""Letters about a referral: one to each parent by themselves, and how each was given."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework.actions.referring import anew, locked
from mainstay.service.casework.models import Referral, ReferralLetter, ReferralParent
from mainstay.service.casework.steps_referrals import WRITTEN
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood
from mainstay.service.documents import languages, rendering, wording, writing
from mainstay.service.documents.homes import BY_HAND, NOWHERE, Home, homes
from mainstay.service.documents.letters import Addressee, Letter, ReferralAccepted, ReferralTold
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import Sending, serve, serve_many

Kind = ReferralLetter.Kind
#: ways in which a school or an officer gives such a letter
METHODS: Final = (
    ("hand", "Handed over"),
    ("first_class_post", "First class post"),
    ("second_class_post", "Second class post"),
)


@transaction.atomic
def write_told(*, referral_id: int, parent: Parent, by: Any, at: datetime) -> ReferralLetter:
    """The school's letter to one parent, before it refers.

    Raises StepRefused for whoever is no parent of this child, without a word of what was tried, for a second one.
    """
    referral, today = locked(referral_id, by), timezone.localdate(at)
    if not by.may("refer"):
        raise StepRefused("The school writes this letter.")
    if referral.state not in (*WRITTEN, Referral.State.SIGNED):
        raise StepRefused("The referral was sent: this letter comes before.")
    if not Parenthood.objects.filter(Dated.on(today), pupil=referral.pupil_id, parent=parent).exists():
        raise StepRefused("This person is not recorded as a parent of this child.")
    tried = tuple(line.strip() for line in referral.tried.splitlines() if line.strip())
    if not tried:
        raise StepRefused("Write first what was tried: the letter says it.")
    if ReferralLetter.objects.filter(referral=referral, parent=parent, kind=Kind.TOLD).exists():
        raise StepRefused("This letter is made already.")
    home = homes([parent.pk], referral.pupil, today, by).get(parent.pk, NOWHERE)
    values = ReferralTold(
        **_common(referral, parent, home, today, by), sender=writing.of_school(referral.school), tried=tried
    )
    made = _make(referral, parent, Kind.TOLD, values, by, at)
    trail.record(
        by=by, at=at, action="referral.letter_made", on=referral, letter=made.pk, parent=parent.pk, kind=made.kind
    )  # fmt: skip
    return made


def write_accepted(referral: Referral, officer: Any, *, by: Any, at: datetime) -> list[int]:
    """The service's letter to each parent, inside the caller's transaction; waits to be printed where it can be posted.

    A parent with words on how to write to them safely, or without an address, gets it by hand: a person decides how.
    """
    today = timezone.localdate(at)
    ties = Parenthood.objects.filter(Dated.on(today), pupil=referral.pupil_id).select_related("parent")
    has_one = ReferralLetter.objects.filter(referral=referral, kind=Kind.ACCEPTED).order_by().values("parent")
    parents = [tie.parent for tie in ties.exclude(parent__in=has_one).order_by("priority", "pk")]
    found = homes([parent.pk for parent in parents], referral.pupil, today, by)
    made, posted = [], []
    for parent in parents:
        home = found.get(parent.pk, NOWHERE)
        home = home if home.usable and not parent.safe_contact.strip() else NOWHERE
        values = ReferralAccepted(
            **_common(referral, parent, home, today, by), sender=writing.on(today).sender,
            officer=officer.name if officer else "", officer_phone=officer.phone if officer else "",
        )  # fmt: skip
        letter = _make(referral, parent, Kind.ACCEPTED, values, by, at)
        made.append(letter)
        if home.usable:
            posted.append((letter, _posting(letter, home)))
    services = serve_many(sendings=[sending for _, sending in posted], sent_on=None, by=by, at=at)
    for (letter, _), service in zip(posted, services, strict=True):
        letter.service = service
    ReferralLetter.objects.bulk_update([letter for letter, _ in posted], ["service"])
    return [letter.pk for letter in made]


def _posting(letter: ReferralLetter, home: Home) -> Sending:
    return Sending(
        document=letter.document, addressee=letter.parent, name=letter.parent.name, address=home.text,
        method=Service.Method.FIRST_CLASS, channel=Service.Channel.PRINT,
    )  # fmt: skip


@transaction.atomic
def given(*, letter_id: int, method: str, on: date, by: Any, at: datetime) -> ReferralLetter:
    """Keep how and when a letter was given; the school's own counts as telling that parent.

    Raises StepRefused for a letter without an address, unless it was handed over.
    """
    rows = ReferralLetter.objects.select_for_update(of=("self",)).select_related("document", "parent")
    letter = rows.filter(pk=letter_id).first()
    if letter is None:
        raise StepRefused("There is no such letter.")
    referral = locked(letter.referral_id, by)
    if not by.may("refer" if letter.kind == Kind.TOLD else "check_referral"):
        raise StepRefused("Whoever wrote the letter records how it was given.")
    if letter.service_id is not None:
        raise StepRefused("It is recorded already how this letter goes.")
    if method not in dict(METHODS):
        raise StepRefused("Choose how the letter was given.")
    address = "\n".join(letter.document.values["addressee"]["address"])
    if address == BY_HAND and method != "hand":
        raise StepRefused("This letter has no address to be posted to: it has to be handed over.")
    letter.service = serve(
        document=letter.document, addressee=letter.parent, name=letter.parent.name, address=address, method=method,
        channel="hand" if method == "hand" else "print", sent_on=on, by=by, at=at,
    )  # fmt: skip
    letter.save(update_fields=["service"])
    if letter.kind == Kind.TOLD:
        _told(referral, letter, on)
    trail.record(by=by, at=at, action="referral.letter_given", on=referral, letter=letter.pk, method=method)
    return letter


def _told(referral: Referral, letter: ReferralLetter, on: date) -> None:
    """The letter tells this parent, where nothing was said about them yet."""
    line, made = ReferralParent.objects.get_or_create(
        referral=referral,
        parent=letter.parent,
        defaults={"language": letter.parent.language, "interpreter": letter.parent.interpreter},
    )
    if made or not line.told:
        line.told, line.told_on = ReferralParent.Told.LETTER, on
        line.save(update_fields=["told", "told_on"])
        anew(referral, "told", "parents")


def _common(referral: Referral, parent: Parent, home: Home, on: date, by: Any) -> dict[str, Any]:
    return {
        "addressee": Addressee(parent.name, home.lines), "reference": referral.number, "dated": on,
        "signed_by": by.name, "signed_post": by.post, "child_name": referral.pupil.legal_name,
        "school": referral.school.name,
    }  # fmt: skip


def _make(
    referral: Referral, parent: Parent, kind: str, values: Letter, by: Any, at: datetime
) -> ReferralLetter:
    """In the parent's language and print, with the wording in force."""
    document = rendering.issue(
        template=values.template, title=f"{values.name}, {referral.number}", pupil_id=referral.pupil_id, by=by, at=at,
        values=values.as_values(wording.in_force(values.template, values.dated)), draft=False, about=referral,
        language=languages.of_parent(parent.language), large_print=parent.large_print,
    )  # fmt: skip
    return ReferralLetter.objects.create(referral=referral, parent=parent, kind=kind, document=document)
