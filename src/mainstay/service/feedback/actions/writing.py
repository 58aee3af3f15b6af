"""Letters to whoever complained: by e-mail where an address is known, else printed. They are kept with the complaint alone."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.uploads import store
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.letters import Addressee, ComplaintAnswer
from mainstay.service.feedback import values
from mainstay.service.feedback.models import Complaint, ComplaintLetter

HEADINGS: Final = {
    "acknowledge": "We are looking into your complaint",
    "answer": "Our answer to you",
    "acknowledge_2": "We are looking at your complaint again",
    "answer_2": "Our final answer to your complaint",
}


def _next(one: Complaint, kind: str, at: datetime) -> str:
    """What whoever complained can do, or expect, after this letter."""
    clock = one.clocks.filter(state="open").order_by("-starts_on", "last_day").first()
    until = f" by {long_date(clock.last_day)}" if clock else ""
    if kind in ("acknowledge", "acknowledge_2"):
        held = (
            f" A court decides about this part now, and we answer it afterwards: {one.held_part}"
            if one.held_part
            else ""
        )
        return f"We will answer you{until}. If we need longer, we tell you why.{held}"
    if kind == "answer_2":
        place = values.of(values.OMBUDSMAN, timezone.localdate(at))
        return f"This was the last stage of our complaints procedure. If you are not content, you can go to {place}."
    if one.kind != Complaint.Kind.COMPLAINT:
        return "If this does not settle it, you can make a complaint: tell us, and give the reference."
    held = (
        f" A court decides about this part now, and we answer it afterwards: {one.held_part}"
        if one.held_part
        else ""
    )
    return f"If you are not content, tell us why and what you would like. We then look at it again, at stage 2.{held}"


def send(one: Complaint, kind: str, text: str, remedy: str = "", *, by: Any, at: datetime) -> ComplaintLetter:
    """Write the letter of a step, keep it, and send it by e-mail where an address is known. remedy: what this answer puts right."""
    today = timezone.localdate(at)
    sender = ways.on(today).sender
    upheld = (
        one.get_outcome_display()
        if kind in ("answer", "answer_2") and one.kind == Complaint.Kind.COMPLAINT
        else ""
    )
    letter = ComplaintAnswer(
        sender=sender, addressee=Addressee(one.name or "To whoever wrote to us", tuple(one.address.splitlines()) or (" ",)),
        reference=one.reference, dated=today, signed_by=by.name, signed_post=by.post, heading=HEADINGS[kind], text=text.strip(),
        outcome=upheld, remedy=remedy if kind in ("answer", "answer_2") else "", what_next=_next(one, kind, at),
    )  # fmt: skip
    pdf = rendering.render(
        letter.template, letter.as_values(wording.in_force(letter.template, today)),
        language=languages.of_parent(one.language),
    )  # fmt: skip
    kept = one.letters.create(
        kind=kind, file=store.keep_made(pdf, kind="pdf", by=by, at=at), emailed=bool(one.email), at=at, by=by
    )
    if one.email:
        greeting = f"Dear {one.name}," if one.name else "Hello,"
        said = [
            greeting,
            text.strip(),
            f"Outcome: {upheld}." if upheld else "",
            letter.remedy,
            letter.what_next,
        ]
        post.queue(
            to=one.email, subject=f"{HEADINGS[kind]}: {one.reference}", at=at, about=one,
            body="\n\n".join(part for part in said if part)
            + f"\n\n{by.name}, {by.post}\n{sender.name}, {', '.join(sender.address)}\n{sender.contact}\n"
            f"Please give the reference {one.reference} whenever you write or call.\n",
        )  # fmt: skip
    return kept
