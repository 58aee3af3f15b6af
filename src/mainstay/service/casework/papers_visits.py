"""What families get on paper: the letter that announces a visit, the card left after a visit, and their copies of plans."""

from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework import leading, sending
from mainstay.service.casework.letters_fast_track import clock_time
from mainstay.service.casework.models import Passage, Plan, Visit
from mainstay.service.casework.queries.appointments import To
from mainstay.service.common.ui.filters import clock
from mainstay.service.directory.models import Parent
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import BY_HAND
from mainstay.service.documents.letters import Addressee, Sender, VisitAppointment, VisitCard
from mainstay.service.documents.models import Document

#: where a plan without areas has its words
SITUATION: Final = "situation"
#: stands on every contract and early help assessment, in the words of what it is
VOLUNTARY: Final = {
    Plan.Kind.CONTRACT: "An attendance contract is voluntary. Nobody has to offer one, and you do not have to sign it. "
    "You can ask for changes, and take time to think or to ask somebody you trust.\n\n"
    "It is not an order: you cannot be taken to court for breaking it. If your child’s attendance went to court all the "
    "same, the court could be told that a contract was offered, refused or not kept, and why.",
    Plan.Kind.EARLY_HELP: "Early help is voluntary. You can say no, or stop at any time, and you decide with whom what is "
    "written here may be shared.",
}  # fmt: skip


def appointment_for(visit: Visit, to: To, where: str, *, on: date, by: Any) -> sending.ToParent:
    """The letter to one parent; the one address in it is theirs."""
    starts, officer, pupil = (
        timezone.localtime(visit.meeting.starts),
        visit.meeting.organiser,
        visit.case.pupil,
    )
    letter = VisitAppointment(
        sender=ways.on(on).sender, addressee=Addressee(to.parent.name, to.home.lines), reference=f"VA-{visit.pk:07}",
        dated=on, signed_by=by.name, signed_post=by.post, child_name=f"{pupil.forename} {pupil.surname}".strip(),
        school=visit.case.school.name, visit_on=starts.date(), visit_time=clock_time(starts), where=where,
        officer=officer.name, phone=officer.phone, again=to.again,
    )  # fmt: skip
    return sending.ToParent(to.parent, letter, to.home.text)


def card_for(visit: Visit, parent: Parent, *, by: Any, at: datetime) -> Document:
    """The card for one parent, to be left in an envelope; it knows no address and no child."""
    when = timezone.localtime(visit.arrived_at or visit.meeting.starts)
    config, language = settings.CONFIG, languages.of_parent(parent.language)
    letter = VisitCard(
        sender=Sender(config.council_name, (config.service_name,), leading.reached(by), config.service_name),
        addressee=Addressee(parent.name, (BY_HAND,)), reference=f"VC-{visit.pk:07}", dated=timezone.localdate(at),
        signed_by=by.name, signed_post=by.post, visited_on=when.date(), time=clock(when), phone=by.phone,
    )  # fmt: skip
    return rendering.issue(
        template=letter.template, title=letter.title, values=letter.as_values(wording.in_force(letter.template, letter.dated)),
        pupil_id=visit.case.pupil_id, by=by, at=at, draft=False, about=visit, language=language,
        large_print=parent.large_print,
    )  # fmt: skip


def plan_for(plan: Plan, parent: Parent, *, by: Any, at: datetime) -> Document:
    """A parent's copy of a plan as it stands, with a sheet in their language, in their print."""
    return rendering.issue(
        template="plan", title=f"{plan.get_kind_display()} {plan.number}", values=plan_values(plan, parent, by, timezone.localdate(at)),
        pupil_id=plan.pupil_id, by=by, at=at, draft=False, about=plan, language=languages.of_parent(parent.language),
        large_print=parent.large_print,
    )  # fmt: skip


def plan_values(plan: Plan, parent: Parent, by: Any, on: date) -> dict[str, Any]:
    kind, pupil = Plan.Kind(plan.kind), plan.pupil
    child = f"{pupil.forename} {pupil.surname}"
    agreed = plan.consents.standing().select_related("parent")
    reads = {True: "The school may read it.", False: "The school may not read it."}
    reached = [["Attendance to reach", f"{plan.target}%"]] if plan.target is not None else []
    return {
        "title": f"{kind.label} {plan.number}",
        "heading": f"{kind.label} for {child}",
        "copy_for": parent.name,
        "facts": [
            ["School", plan.school.name], ["From", in_words(plan.starts_on)], ["To", in_words(plan.ends_on)],
            ["We look at it again on", in_words(plan.review_on)], *reached,
            *([["Agreed to be shared", plan.consent]] if plan.consent else []),
            *[["Who agreed to that", f"{one.name}, on {in_words(one.on)}. {reads[one.with_school]}"] for one in agreed],
        ],
        "voluntary": VOLUNTARY.get(kind, ""),
        "areas": words_of(plan),
        "lines": [
            {"who": line.who or line.get_owner_display(), "action": line.action, "need": line.need,
             "due": in_words(line.due_on), "measure": line.measure}
            for line in plan.lines.all()
        ],
        "signatures": _signatures(plan, parent),
        "contact": leading.contact_of(plan, by, on),
        "reference": plan.number,
        "footer": f"{plan.school.name if leading.by_school(plan) else settings.CONFIG.council_name}. {plan.number}",
        "courtesy": {
            "case": kind.value, "child": child, "school": plan.school.name, "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(), "review_on": plan.review_on.isoformat(),
        },
    }  # fmt: skip


def words_of(plan: Plan) -> list[dict[str, str]]:
    """What is written in it, area by area, as {"label", "text"}; of a plan without areas where it starts from."""
    labels = {one["key"]: one["text"] for one in plan.areas} or {SITUATION: "Where we start from"}
    about = {"about_kind": plan._meta.label_lower, "about_id": str(plan.pk)}
    texts = dict(Passage.objects.filter(**about, key__in=labels).exclude(text="").values_list("key", "text"))
    return [{"label": label, "text": texts[key]} for key, label in labels.items() if key in texts]


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
