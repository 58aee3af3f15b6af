"""The public's first page, a text each, and who to ask."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.public import markup, texts
from mainstay.service.public.queries import contacts
from mainstay.service.public.queries.forms import open_forms
from mainstay.service.public.views.frame import information_page, page
from mainstay.service.team.values import in_force


@information_page
@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """What the service does, where to go on, and whom to call."""
    today = timezone.localdate()
    said, all_texts = markup.fill(today), texts.current(language)
    groups = [
        (name, [(all_texts[key], _summary(all_texts[key], said)) for key, group in texts.TEXTS.items() if group == name])
        for name in texts.GROUPS
    ]  # fmt: skip
    context = {
        "intro": all_texts["home"],
        "words": markup.show(all_texts["home"].text, said, today).html,
        "groups": groups,
        "said": said,
        "forms": _by_kind(open_forms()),
        "duty": contacts.on_duty(today),
    }
    return page(request, "public/information.jinja", language, context)


@information_page
@require_safe
def text(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """One text."""
    if not texts.TEXTS.get(key):
        raise Http404
    today = timezone.localdate()
    said, all_texts = markup.fill(today), texts.current(language)
    found = all_texts[key]
    others = [
        all_texts[other] for other, group in texts.TEXTS.items() if group == texts.TEXTS[key] and other != key
    ]
    context = {
        "text": found, "shown": markup.show(found.text, said, today), "others": others, "said": said,
        "forms": _by_kind(one for one in open_forms() if key in one["pages"]),
    }  # fmt: skip
    return page(request, "public/information_text.jinja", language, context)


@information_page
@require_safe
def who_to_ask(request: HttpRequest, language: str) -> HttpResponse:
    """The officer of a school, and who answers today."""
    today, words = timezone.localdate(), request.GET.get("school", "")[:100]
    cards, total = contacts.schools(words, today)
    context = {
        "cards": cards,
        "total": total,
        "searched": words,
        "values": in_force(today),
        "duty": contacts.on_duty(today),
        "today": today,
    }
    return page(request, "public/who_to_ask.jinja", language, context)


def _summary(found: texts.Text, said: Mapping[str, str]) -> str:
    return markup.plain(found.text, said).partition("\n")[0]


def _by_kind(found: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Forms as ``open_forms`` has them, each kind together."""
    return [(kind, list(rows)) for kind, rows in groupby(found, key=lambda one: one["kind"])]
