"""What legal advice gives to the rest: a tab, first pages, parts of a case's and a prosecution's page, addresses, leavers."""

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.models import User
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block
from mainstay.service.casework import parts as case_parts
from mainstay.service.casework.models import Case
from mainstay.service.common.ui.filters import plural
from mainstay.service.court import parts
from mainstay.service.court.actions.advice import has_left
from mainstay.service.court.models import Advice, Instruction, Prosecution
from mainstay.service.court.models.advice import cases_with_advice, instructed_in
from mainstay.service.court.places import Place, offer
from mainstay.service.court.queries import advice as shown
from mainstay.service.record import providers


def first_page(user: Any, today: date) -> list[Block]:
    """Questions that wait for this person; for a solicitor also the cases they are instructed in."""
    if not user.may("ask_advice"):
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


def on_case(case: Case, user: Any) -> case_parts.Part | None:
    """Only for those of the conversation."""
    if not user.may("ask_advice") or not cases_with_advice(user).filter(pk=case.pk).exists():
        return None
    many, waiting = shown.of_case(case.pk)
    instructed = Instruction.objects.filter(case=case, ended_at=None).select_related("solicitor")
    said = {
        "case": case,
        "many": many,
        "waiting": waiting,
        "instructed": list(instructed),
        "may_instruct": user.may("instruct"),
    }
    return case_parts.Part(75, "Legal advice", _body("part_case", **said), many)


def on_prosecution(one: Prosecution, user: Any) -> parts.Part | None:
    if not user.may("ask_advice") or not cases_with_advice(user).filter(pk=one.case_id).exists():
        return None
    many, waiting = shown.of_case(one.case_id)
    said = {
        "one": one, "many": many, "waiting": waiting, "opinion": shown.opinion_on(one),
        "gives_opinion": not user.sees_all_schools and instructed_in(user).filter(case=one.case_id).exists(),
    }  # fmt: skip
    return parts.Part(72, "Legal advice", _body("part_prosecution", **said), many)


def address(kind: str, key: str) -> str | None:
    """Where a question that a deadline is about, or an instruction that an entry is about, can be seen."""
    model = {Advice._meta.label_lower: Advice, Instruction._meta.label_lower: Instruction}.get(kind)
    if model is None or not key.isdecimal():
        return None
    case = model._default_manager.filter(pk=int(key)).values_list("case_id", flat=True).first()
    return reverse("advice", args=[case]) if case else None


def owns(user: User) -> list[dict[str, str]]:
    """What a solicitor would leave behind."""
    n = Instruction.objects.filter(solicitor=user, ended_at=None).count()
    return [{"text": plural(n, "case") + " instructed in", "href": reverse("advice_list")}] if n else []


def register() -> None:
    """From ``apps.py``."""
    offer(Place(70, "Advice", "advice_list", "ask_advice"))
    attendance.first_page.register(first_page)
    case_parts.add(on_case)
    parts.add(on_prosecution)
    providers.addresses.register(address)
    left.subscribe(has_left)
    owned.register(owns)


def _body(template: str, **said: Any) -> SafeString:
    return mark_safe(render_to_string(f"court/advice/{template}.jinja", said))  # noqa: S308 (our template)
