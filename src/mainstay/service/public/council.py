"""The texts of the public pages, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.public import texts


def given(on: date) -> Iterator[council.Value]:
    names = texts.languages()
    rows = texts.published()
    keys = [(key, texts.ENGLISH) for key in texts.TEXTS if (key, texts.ENGLISH) not in rows] + list(rows)
    for key, language in sorted(keys, key=lambda one: (list(texts.TEXTS).index(one[0]), one[1])):
        row = rows.get((key, language))
        set_: dict[str, Any] = {"reason": texts.SHIPPED}
        if row is not None:
            set_ = {"since": row.at.date(), "by": row.by.name, "at": row.at, "reason": row.reason}
        yield council.Value(
            "Public pages", f"{row.title if row else texts.shipped(key).title} ({names[language]})",
            f"Version {row.number}" if row else "As shipped", "edit_public",
            "What families and schools read without a sign-in.", reverse("public_text", args=[key, language]), **set_,
        )  # fmt: skip
