"""What the public pages share: the language asked for, and links that keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from mainstay.service.accounts.middleware import public
from mainstay.service.common.ui.lists import with_query
from mainstay.service.public import texts

View = Callable[..., HttpResponseBase]


def information_page(view: View) -> View:
    """A page that needs no sign-in, in the language of ``?language=``; in English where there is no such language."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("language", "")
        language = asked if asked in texts.languages() else texts.ENGLISH
        with translation.override(language):
            return view(request, *args, language=language, **kwargs)

    return public(shown)  # type: ignore[arg-type]


def page(request: HttpRequest, template: str, language: str, context: dict[str, Any]) -> HttpResponse:
    """The answer in the language asked for.

    ``frame_language`` is that of the words around the text: a catalogue names its own tag as the translation of
    "en-GB" once it is complete, so that English words are never announced as another language.
    """

    def link(name: str, *args: Any) -> str:
        address = reverse(name, args=args)
        return address if language == texts.ENGLISH else address + with_query("", language=language)

    offered = texts.offered()
    choices = [
        {"tag": tag, "name": name, "href": with_query(request.GET, language=tag), "current": tag == language}
        for tag, name in offered
    ]
    said = {
        **context,
        "link": link,
        "language": language,
        "choices": choices if len(choices) > 1 else [],
        "frame_language": gettext("en-GB"),
        "home_url": link("information"),
    }
    response = render(request, template, said)
    response.headers["Content-Language"] = language
    return response
