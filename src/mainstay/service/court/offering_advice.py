"""What legal advice gives to the rest: a tab, first pages, parts of a case's and a prosecution's page, addresses, leavers."""

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from mainstay.service.accounts.announcements import left
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted
from mainstay.service.casework import parts as case_parts
from mainstay.service.casework import providers as casework
from mainstay.service.casework.models import Case
from mainstay.service.court import parts
from mainstay.service.court.actions.advice import handed_on, has_left
from mainstay.service.court.models import Advice, Instruction, Prosecution
from mainstay.service.court.places import Place, offer
from mainstay.service.court.queries import advice as shown
from mainstay.service.record import providers


def first_page(user: Any, today: date) -> list[Block]:
    """Questions that wait for this person; for a solicitor also the cases they are instructed in."""
    if not user.may("ask_advice") or user.may("see_team"):
        return []
    blocks = []
    rows, late = shown.question_rows(user, today, SHOWN + 1)
    if rows or not user.sees_all_schools:
        blocks.append(
            Block("Questions for you", rows[:SHOWN], "No question waits for your answer.", f"{reverse('advice_list')}?show=mine",
                  "All of them" if len(rows) > SHOWN else "", "urgent" if late else "", order=2 if rows else 4)
        )  # fmt: skip
    if not user.sees_all_schools:
        found = shown.instructed_rows(user, today)
        blocks.append(Block("Cases you are instructed in", found, "You are instructed in no case.", order=3))
    return blocks


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: the questions that wait for them."""
    if not user.may("ask_advice"):
        return []
    where = f"{reverse('advice_list')}?show=mine"
    return [Counted(WAITING, "Questions about legal advice for you", "question", shown.asked_of, where)]


def takes_part(case: Case, user: Any) -> bool:
    """As ``cases_with_advice``, of a case or prosecution that is in view already; without a question."""
    if not user.may("ask_advice"):
        return False
    return not user.sees_all_schools or user.may("instruct") or case.owner_id == user.pk


def on_case(case: Case, user: Any) -> case_parts.Part | None:
    """Where the conversation is, only for those of it; without a question."""
    if not takes_part(case, user):
        return None
    return case_parts.Part(75, "Legal advice", _body("part_case", case=case))


def on_prosecution(one: Prosecution, user: Any) -> parts.Part | None:
    if not takes_part(one.case, user):
        return None
    said = shown.of_case(one.case_id)
    gives = not user.sees_all_schools
    body = _body(
        "part_prosecution", one=one, said=said, opinion=said.opinions.get(one.pk), gives_opinion=gives
    )
    return parts.Part(72, "Legal advice", body, said.many)


def address(kind: str, key: str) -> str | None:
    """Where a question that a deadline is about, or an instruction that an entry is about, can be seen."""
    model = {Advice._meta.label_lower: Advice, Instruction._meta.label_lower: Instruction}.get(kind)
    if model is None or not key.isdecimal():
        return None
    case = model._default_manager.filter(pk=int(key)).values_list("case_id", flat=True).first()
    return reverse("advice", args=[case]) if case else None


def register() -> None:
    """From ``apps.py``."""
    offer(Place(70, "Advice", "advice_list", "ask_advice"))
    attendance.first_page.register(first_page)
    attendance.counted.register(counted)
    case_parts.add(on_case)
    parts.add(on_prosecution)
    providers.addresses.register(address)
    left.subscribe(has_left)
    casework.allocated.subscribe(handed_on)


def _body(template: str, **said: Any) -> SafeString:
    return mark_safe(render_to_string(f"court/advice/{template}.jinja", said))  # noqa: S308 (our template)
