"""What this room gives to the rooms below: the menu, what anybody may do, the accessibility statement, its values."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.context import navigation, public_forms, public_statement
from mainstay.service.public import markup, texts


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("edit_public"):
        return []
    return [{"text": "Public pages", "href": reverse("public_texts"), "order": 85}]


def letters() -> list[dict[str, Any]]:
    return [
        {
            "kind": "pay",
            "text": "Open your letter",
            "hint": "Pay a penalty notice, or tell us that it is wrong.",
            "href": reverse("letter_open"),
            "name": "letter_open",
            "pages": ("penalty", "complaints"),
        },
    ]


def statement() -> dict[str, Any]:
    """The accessibility statement as it stands."""
    today, found = timezone.localdate(), texts.current()["accessibility"]
    return {"title": found.title, "words": markup.show(found.text, markup.fill(today), today).html}


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    public_forms.register(letters)
    public_statement.register(statement)
