"""What families get on paper: the card left after a visit, and their copies of plans."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework.models import Passage, Plan, Visit
from mainstay.service.common.ui.filters import clock
from mainstay.service.directory.models import Parent
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents.homes import BY_HAND
from mainstay.service.documents.letters import Addressee, Sender, VisitCard
from mainstay.service.documents.models import Document

#: stands on every contract and early help assessment, in the words of what it is
VOLUNTARY: Final = {
    Plan.Kind.CONTRACT: "An attendance contract is voluntary. Nobody has to offer one, and you do not have to sign it. "
    "You can ask for changes, and take time to think or to ask somebody you trust.\n\n"
    "It is not an order: you cannot be taken to court for breaking it. If your child’s attendance went to court all the "
    "same, the court could be told that a contract was offered, refused or not kept, and why.",
    Plan.Kind.EARLY_HELP: "Early help is voluntary. You can say no, or stop at any time, and you decide with whom what is "
    "written here may be shared.",
}  # fmt: skip


def contact_of(officer: Any) -> str:
    """How an officer is reached."""
    return ", ".join(filter(None, (officer.name, officer.phone, officer.email)))


def card_for(visit: Visit, parent: Parent, *, by: Any, at: datetime) -> Document:
    """The card for one parent, to be left in an envelope; it knows no address and no child."""
    when = timezone.localtime(visit.arrived_at or visit.meeting.starts)
    config, language = settings.CONFIG, languages.of_parent(parent.language)
    letter = VisitCard(
        sender=Sender(config.council_name, (config.service_name,), contact_of(by), config.service_name),
        addressee=Addressee(parent.name, (BY_HAND,)), reference=f"VC-{visit.pk:07}", dated=timezone.localdate(at),
        signed_by=by.name, signed_post=by.post, visited_on=when.date(), time=clock(when), phone=by.phone,
    )  # fmt: skip
    return rendering.issue(
        template=letter.template, title=letter.title, values=letter.as_values(wording.in_force(letter.template, letter.dated)),
        pupil_id=visit.case.pupil_id, by=by, at=at, draft=False, about=visit, language=language,
        large_print=parent.large_print,
    )  # fmt: skip


def plan_for(plan: Plan, parent: Parent, *, by: Any, at: datetime) -> Document:
    """A parent's copy of a plan as it stands."""
    return rendering.issue(
        template="plan", title=f"{plan.get_kind_display()} {plan.number}", values=plan_values(plan, parent, by),
        pupil_id=plan.case.pupil_id, by=by, at=at, draft=False, about=plan, large_print=parent.large_print,
    )  # fmt: skip


def plan_values(plan: Plan, parent: Parent, by: Any) -> dict[str, Any]:
    kind, pupil = Plan.Kind(plan.kind), plan.case.pupil
    situation = Passage.objects.filter(
        about_kind=plan._meta.label_lower, about_id=str(plan.pk), key="situation"
    ).first()
    reached = [["Attendance to reach", f"{plan.target}%"]] if plan.target is not None else []
    return {
        "title": f"{kind.label} {plan.number}",
        "heading": f"{kind.label} for {pupil.forename} {pupil.surname}",
        "copy_for": parent.name,
        "facts": [
            ["School", plan.case.school.name], ["From", in_words(plan.starts_on)], ["To", in_words(plan.ends_on)],
            ["We look at it again on", in_words(plan.review_on)], *reached,
            *([["Agreed to be shared", plan.consent]] if plan.consent else []),
        ],
        "voluntary": VOLUNTARY.get(kind, ""),
        "situation": situation.text if situation else "",
        "lines": [
            {"who": line.who or line.get_owner_display(), "action": line.action, "need": line.need,
             "due": in_words(line.due_on), "measure": line.measure}
            for line in plan.lines.all()
        ],
        "signatures": _signatures(plan, parent),
        "contact": contact_of(plan.case.owner or by),
        "footer": f"{settings.CONFIG.council_name}. {plan.number}",
    }  # fmt: skip


def _signatures(plan: Plan, parent: Parent) -> list[dict[str, str]]:
    """Who agreed and when; this parent has a line to sign while they have not said. Refusals stay in the record."""
    signed = list(plan.signatures.all())
    rows = [
        {"who": one.name, "side": one.get_side_display(), "said": f"Agreed on {in_words(one.on)}"}
        for one in signed
        if one.agreed
    ]
    if not any(one.parent_id == parent.pk for one in signed):
        rows.append({"who": parent.name, "side": "Parent", "said": ""})
    return rows
