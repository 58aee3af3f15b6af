"""Papers of the room as ``paper.typ`` prints them: the referral with its enquiries, and the joint decision on a roll."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.directory import ethnicity
from mainstay.service.missing import risk, sources
from mainstay.service.missing.models import FLAGS, MissingChild, RollDecision

TEMPLATE: Final = "paper"
_MARK: Final = "Personal data of a child: keep it safe"


def of_child(one: MissingChild, *, school: bool) -> dict[str, Any]:
    """The form of a child missing education. school: what the school has part in, no more."""
    facts = [
        ["Number", one.number], ["Child", one.name], ["Known as", ", ".join(alias.name for alias in one.aliases.all())],
        ["Date of birth", in_words(one.date_of_birth) if one.date_of_birth else one.age_told], ["Sex", one.sex],
        ["UPN", one.upn], ["Year group", one.year_group], ["Ethnicity", ethnicity.in_words(one.ethnicity)], ["Language", one.language],
        ["Known of the child", ", ".join(FLAGS[flag] for flag in one.flags if flag in FLAGS)],
        ["Last school", one.school_told], ["Last attended", in_words(one.last_attended_on) if one.last_attended_on else ""],
        ["Last seen", " ".join(filter(None, (in_words(one.last_seen_on) if one.last_seen_on else "", one.last_seen_told)))],
        ["Last address", f"{one.address} {one.postcode}".replace("\n", ", ").strip()], ["May have gone to", one.destination],
        ["Reason", one.get_reason_display()], ["Referred by", _referrer(one)],
        ["Referred on", in_words(one.received_on) if one.received_on else ""], ["Stands at", one.get_state_display()],
    ]  # fmt: skip
    lines = [line for line in one.enquiries.all() if not school or line.side == line.Side.SCHOOL]
    parts = [
        _part("What was told", one.told),
        _part("Safeguarding, in the referrer’s view", one.safeguarding),
        _part("Risks seen", "", [risk.TRIGGERS[name].words for name in one.risks if name in risk.TRIGGERS]),
        _part("Told of a risk", "", [] if school else [
            f"{alert.get_to_display()}: {alert.spoke_to}, {_day(alert.told_at)} {alert.reference}".strip()
            for alert in one.alerts.all()
        ]),
        _part("Parents and carers", "", [
            ", ".join(filter(None, (each.name, each.relationship, each.phone, each.email, each.address)))
            for each in one.parents.all()
        ]),
        _part("Brothers and sisters", "", [
            ", ".join(filter(None, (each.name, each.school))) for each in one.siblings.all()
        ]),
        _part("Enquiries", "", [
            f"{in_words(line.asked_on)}, {sources.label(line.source)}"
            f"{f' ({line.source_told})' if line.source_told else ''}: {line.get_result_display().lower()}. {line.answer}".strip()
            for line in lines
        ]),
    ]  # fmt: skip
    return _paper("Child missing education", facts, parts)


def of_roll(one: MissingChild, row: RollDecision) -> dict[str, Any]:
    """The signed form of a joint decision on a roll."""
    born = [["Date of birth", in_words(row.pupil.date_of_birth)]] if row.pupil.date_of_birth else []
    facts = [
        ["Number", one.number], ["Child", row.pupil.legal_name], *born, ["School", row.school.name],
        ["Ground", f"{row.get_ground_display()} (regulation 9(1)({row.ground.lower()}))"],
        ["Last day of the leave", in_words(row.leave_ended_on) if row.leave_ended_on else ""],
        ["Days counted", f"{in_words(row.from_day)} to {in_words(row.to_day)}" if row.from_day and row.to_day else ""],
        ["Child found", "Yes, and both agree that no return is to be expected" if row.located else "No"],
        ["Signed for the school", _signed(row.head_signed_by, row.head_signed_at)],
        ["Signed for the council", _signed(row.council_signed_by, row.council_signed_at)],
        ["The name may be deleted from", f"{in_words(row.earliest_on)}, and not before" if row.earliest_on else ""],
    ]  # fmt: skip
    parts = [
        _part("What the register shows", "", [reason["text"] for reason in (row.marks or {}).get("reasons", [])]),
        _part("Why no return is to be expected", row.no_return_because),
        _part("Sickness or an unavoidable cause", row.not_sick_because),
        _part("What was done together to find the child", row.efforts),
        _part("Confirm with legal", "The letters and facts of regulation 9 are as commentary has them."),
    ]  # fmt: skip
    return _paper("Joint decision to delete a name from the admission register", facts, parts)


def _referrer(one: MissingChild) -> str:
    who = ", ".join(filter(None, (one.referrer, one.referrer_post, one.referrer_email, one.referrer_phone)))
    return f"{one.get_route_display()}{f': {who}' if who else ''}"


def _signed(by: Any, at: datetime | None) -> str:
    return f"{by.name}, {by.post}, {_day(at)}" if by and at else "Not signed"


def _day(at: datetime) -> str:
    return in_words(timezone.localdate(at))


def _part(label: str, text: str, items: list[str] | None = None) -> dict[str, Any]:
    return {"label": label, "text": text, "items": items or []}


def _paper(title: str, facts: list[list[str]], parts: list[dict[str, Any]]) -> dict[str, Any]:
    config = settings.CONFIG
    return {
        "title": title, "mark": _MARK, "facts": [[key, value] for key, value in facts if value],
        "parts": [part for part in parts if part["text"] or part["items"]],
        "footer": f"{config.council_name}, {config.service_name}",
    }  # fmt: skip
