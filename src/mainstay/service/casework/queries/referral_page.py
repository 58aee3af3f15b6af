"""One referral: the school's list of tasks, and what everybody else sees of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse

from mainstay.service.casework import checklist, readiness
from mainstay.service.casework.models import Case, Referral, ReferralItem, ReferralLetter, ReferralPaper
from mainstay.service.casework.papers_referrals import has_paper
from mainstay.service.casework.queries.consultations import child
from mainstay.service.casework.queries.referrals import COLOURS
from mainstay.service.casework.steps_referrals import REFERRAL, WRITTEN
from mainstay.service.common.prepared import prepared
from mainstay.service.common.steps import Step
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import Dated, Parenthood, Pupil
from mainstay.service.documents.homes import BY_HAND, Home, bears_hidden
from mainstay.service.documents.states import state as served

State, Item = Referral.State, ReferralItem.State
WAY: Final = (
    ("Written", (State.DRAFT, State.RETURNED)), ("Signed", (State.SIGNED,)), ("Sent", (State.SUBMITTED,)),
    ("Checked", (State.ACKNOWLEDGED, State.APPEALED)),
    ("Answered", (State.ACCEPTED, State.REJECTED, State.UPHELD, State.DIVERTED, State.WITHDRAWN)),
)  # fmt: skip
ITEM_COLOURS: Final[Mapping[str, str]] = {
    Item.MET: "green",
    Item.NOT_MET: "orange",
    Item.NOT_APPLICABLE: "grey",
}


def shows_content(user: Any) -> bool:
    """What a school wrote is for the school and for those who work on cases."""
    return bool(user.is_school_user or user.may("see_service_entries"))


def writes(referral: Referral, user: Any) -> bool:
    """Whether this person sees the list of tasks: the child's school now, before it is sent."""
    if not user.may("refer") or referral.state not in (*WRITTEN, State.SIGNED):
        return False
    return bool(Pupil.objects.present_to(user).filter(pk=referral.pupil_id).exists())


def progress(referral: Referral) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(WAY) if referral.state in states)
    return [
        {"text": text, "state": "now" if n == now else "done" if n < now else "next", "note": ""}
        for n, (text, _) in enumerate(WAY)
    ]


def steps(referral: Referral, user: Any) -> dict[str, Step]:
    """The steps this person may take now, blocked ones included."""
    return {step.name: step for step in REFERRAL.open_to(user, referral.state)}


def tasks(referral: Referral) -> list[dict[str, Any]]:
    """What the school does, in its order, each with a page of its own."""
    held, pk = readiness.held(referral), referral.pk
    own = [line for line in held.lines if not checklist.by_itself(line.item.key)]
    answered = sum(bool(line.state) for line in own)
    consultation = held.consultation
    said = (
        consultation
        and f"{short_date(consultation.on)}, {consultation.officer.name}: {consultation.get_outcome_display().lower()}"
    )
    found = [
        _task("Consult the link officer", consultation is not None, said or "Without a consultation nothing can be sent",
              reverse("consultation", args=[consultation.pk]) if consultation else f"{reverse('consultation_new')}?pupil={referral.pupil_id}"),
        _task("Why you refer, and what was tried", readiness.reasons_missing(referral) is None, "", _at("reasons", pk)),
    ]  # fmt: skip
    for tie, line in held.ties:
        done = line is not None and bool(line.told)
        hint = f"{tie.relationship or tie.get_basis_display()}: how to reach them, and how they were told"
        href = reverse("referral_parent", args=[pk, tie.parent_id])
        found.append(_task(tie.parent.name, done, hint, href, "Begun" if line and not done else "To do"))
    if not held.ties:
        people = reverse("pupil_people", args=[referral.pupil_id])
        found.append(_task("Parents", False, "No parent is recorded: ask the link officer", people))
    found += [
        _task("Letters to each parent", all(line is not None and line.told for _, line in held.ties) and bool(held.ties),
              "Each parent gets a letter of their own, or is told another way", _at("letters", pk)),
        _task("What the child says", readiness.voice_missing(referral) is None, "", _at("voice", pk)),
        _task("Other agencies and safeguarding", readiness.agencies_missing(referral) is None, "", _at("agencies", pk)),
        _task("Evidence", answered == len(own), f"{answered} of {plural(len(own), 'line')} answered", _at("evidence", pk)),
    ]  # fmt: skip
    return found


def _task(text: str, done: bool, hint: str, href: str, status: str = "To do") -> dict[str, Any]:
    return {"text": text, "done": done, "hint": hint, "href": href, "status": status, "colour": "blue"}


def _at(part: str, pk: int) -> str:
    return reverse(f"referral_{part}", args=[pk])


def item_rows(referral: Referral) -> list[dict[str, Any]]:
    """The lines of the evidence with their papers."""
    return [
        {
            "pk": line.item.pk,
            "item": line.item,
            "state": Item(line.state).label if line.state else "Not yet",
            "colour": ITEM_COLOURS.get(line.state, "blue"),
            "words": line.words,
            "papers": list(line.item.papers.all()),
            "by_itself": line.item.key in checklist.SECTIONS,
            "href": reverse("referral_item", args=[referral.pk, line.item.pk]),
        }
        for line in readiness.held(referral).lines
    ]


def sent_lines(referral: Referral) -> list[ReferralItem]:
    """The lines as they were sent, with papers and what the officer found; the referral keeps them for its steps."""
    papers = Prefetch("papers", ReferralPaper.objects.select_related("received_by"))
    items = ReferralItem.objects.select_related("checked_by").prefetch_related(papers)
    prefetch_related_objects([referral], Prefetch("items", items))
    return list(referral.items.all())


def said(referral: Referral) -> list[dict[str, Any]]:
    """What the school wrote."""
    heard = referral.voice
    if heard and referral.voice_on:
        heard = f"{heard}\n({referral.voice_how}, {short_date(referral.voice_on)})"
    elif not heard:
        heard = f"Not heard: {referral.no_voice_because}" if referral.no_voice_because else ""
    return [
        {"key": "Why the school refers", "value": referral.reasons},
        {"key": "What was tried", "value": referral.tried},
        {"key": "What the child says", "value": heard},
        {"key": "Other agencies", "value": referral.agencies},
        {"key": "Safeguarding check", "value": referral.safeguarding},
    ]


def parents(referral: Referral) -> list[dict[str, str]]:
    """Each parent as the school knows them, and how they were told."""
    found = []
    for line in referral.parents.select_related("parent"):
        told = line.get_told_display() if line.told else "Not said"
        when = f", {short_date(line.told_on)}" if line.told_on else ""
        speaks = line.language + (", needs an interpreter" if line.interpreter else "")
        found.append(
            {"name": line.parent.name, "speaks": speaks, "needs": line.needs, "address": line.address,
             "told": f"{told}{when}", "words": line.told_words}
        )  # fmt: skip
    return found


def letters(referral: Referral, user: Any, kind: str | None = None) -> list[dict[str, Any]]:
    """Each letter, how it goes or was given, and where its PDF is for whoever may read it."""
    rows = ReferralLetter.objects.filter(referral=referral).select_related("parent", "document", "service")
    return [
        {
            "pk": letter.pk,
            "parent": letter.parent_id,
            "kind": letter.kind,
            "what": letter.get_kind_display(),
            "to": letter.parent.name,
            "safely": letter.parent.safe_contact if user.may("see_service_entries") else "",
            "made_at": letter.document.made_at,
            "given": served(letter.service) if letter.service else "",
            "by_hand": letter.document.values["addressee"]["address"] == [BY_HAND],
            "file": ""
            if bears_hidden(letter.document, letter.parent_id, user)
            else reverse("referral_letter_file", args=[referral.pk, letter.pk]),
        }
        for letter in (rows.filter(kind=kind) if kind else rows)
    ]


def siblings(referral: Referral, user: Any, today: date) -> list[dict[str, Any]]:
    """Children of the same parents, with their open referral or case."""
    found = _of_the_same_parents(user, referral.pupil_id, today)
    if not found:
        return []
    referred = {one.pupil_id: one for one in Referral.objects.visible_to(user).open().filter(pupil__in=found)}
    cases = {one.pupil_id: one for one in Case.objects.visible_to(user).open().filter(pupil__in=found)}
    return [_sibling(pupil, referred.get(pupil.pk), cases.get(pupil.pk)) for pupil in found]


@prepared
def _of_the_same_parents(user: Any, pupil: int, day: date) -> QuerySet[Pupil]:
    ties = Parenthood.objects.filter(Dated.on(day), pupil=pupil)
    others = Parenthood.objects.filter(Dated.on(day), parent__in=ties.order_by().values("parent"))
    pupils = Pupil.objects.visible_to(user).filter(pk__in=others.order_by().values("pupil"))
    return pupils.exclude(pk=pupil).select_related("school")


def _sibling(pupil: Pupil, referral: Referral | None, case: Case | None) -> dict[str, Any]:
    thing = case or referral
    href = reverse("pupil", args=[pupil.pk])
    if thing is not None:
        href = reverse("case" if case else "referral", args=[thing.pk])
    state = f"Case {case.number}" if case else f"Referral {referral.number}" if referral else ""
    return {"name": child(pupil), "href": href, "school": pupil.school.name if pupil.school else "", "state": state}  # fmt: skip


def rounds(referral: Referral) -> list[dict[str, Any]]:
    """Each time it was sent, and how it was answered."""
    return [
        {
            "number": one.number,
            "sent": one.submitted_at,
            "signed_by": one.signed_by.name,
            "answer": one.get_answer_display() if one.answer else "Not answered yet",
            "answered_at": one.answered_at,
            "gaps": one.gaps,
            "words": one.words,
            "paper": reverse("referral_round_paper", args=[referral.pk, one.number])
            if has_paper(referral, one.answer)
            else "",
        }
        for one in referral.rounds.select_related("signed_by")
    ]


def home_words(home: Home | None) -> str:
    """An address of the record as this person may see it."""
    if home is None:
        return ""
    return "Kept by the service: do not write it here" if home.sealed else home.text


def colour(referral: Referral) -> str:
    return COLOURS[referral.state]


def open_letters(ties: Sequence[Any], made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parents without the school's letter yet."""
    has = {letter["parent"] for letter in made}
    return [{"parent": tie.parent_id, "name": tie.parent.name} for tie, _ in ties if tie.parent_id not in has]
