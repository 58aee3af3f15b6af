"""What the tests of notice pages share: many notices at once, and reading a page."""

import re
from datetime import date, timedelta
from typing import Any

from django.test import Client
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_penalties import a_notice

from mainstay.service.directory.models import Parent, Parenthood, Pupil
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.penalties.reference import make


def many(number: int, like: Notice | None = None, **given: Any) -> list[Notice]:
    """So many notices like a real one, each of a child and a parent of its own, issued a day apart."""
    like = like or a_notice()
    school, by = like.school, UserFactory(role="ewo")
    pupils = Pupil.objects.bulk_create(
        Pupil(
            surname=f"Many{n}",
            forename="Ada",
            key=f"many{n:04} ada",
            school=school,
            date_of_birth=date(2016, 3, 9),
        )
        for n in range(number)
    )
    parents = Parent.objects.bulk_create(
        Parent(surname=f"Many{n}", forename="Grace", key=f"many{n:04} grace") for n in range(number)
    )
    Parenthood.objects.bulk_create(
        Parenthood(pupil=c, parent=p, basis="natural", basis_evidence="seen")
        for c, p in zip(pupils, parents, strict=True)
    )
    requests = NoticeRequest.objects.bulk_create(
        NoticeRequest(pupil=c, school=school, route="threshold", state="done", from_school=False, made_by=by, made_at=at(),
                      sessions=like.sessions, owner=by)
        for c in pupils
    )  # fmt: skip
    taken = ("id", "request_id", "pupil_id", "parent_id", "number", "issued_on", *given)
    same = {
        f.attname: getattr(like, f.attname) for f in Notice._meta.concrete_fields if f.attname not in taken
    }
    return Notice.objects.bulk_create(
        Notice(**same, request=r, pupil=c, parent=p, number=make(5000 + n) if like.number else None,
               issued_on=TODAY - timedelta(days=n % 90) if like.number else None, **given)
        for n, (r, c, p) in enumerate(zip(requests, pupils, parents, strict=True))
    )  # fmt: skip


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def numbers(page: Any) -> list[str]:
    """The numbers of notices on a page, each once, in order."""
    return list(dict.fromkeys(re.findall(r"PN-\d{7}-[A-Z]", page.content.decode())))


def primary(page: Any) -> str:
    """The words on the one primary button of the page, "" where there is none."""
    [main] = re.findall(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    found = re.findall(r'<(?:a|button) class="govuk-button(?: ms-button)?"[^>]*>(.*?)</', main, re.DOTALL)
    assert len(found) < 2, found
    return found[0].strip() if found else ""
