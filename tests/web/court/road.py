"""Windows on the roads to court: one browser window, in which each of those concerned sits down in turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.test import Client
from tests.factories import UserFactory
from tests.factories_attendance import a_school
from tests.web.casework import road

from mainstay.service.directory.models import LinkOfficer


@dataclass(frozen=True, slots=True)
class Window(road.Window):
    """What is pressed and read."""

    def refused(self, name: str, *words: str) -> "Window":
        """A button after which these words say why nothing came of it."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        return self.sees(*words)

    def sees(self, *words: str) -> "Window":
        said = self.says
        for each in words:
            assert each in said, (each, said)
        return self

    def goes(self, name: str) -> "Window":
        """Presses a button; no refusal stands above the page it leads to."""
        self.press(name)
        refused = self.page.locator(".ms-message--error")
        assert not refused.count(), f"{name}: {refused.first.inner_text()}"
        return self

    def in_row(self, row: str, name: str) -> "Window":
        """What stands under that name in a row of a table."""
        of = self.page.locator("tr", has=self.page.get_by_role("rowheader", name=row, exact=True))
        of.locator("a, button", has_text=name).first.click()
        return self.sees("Bundle of")

    def write(self, words: str = "Written down with care.") -> "Window":
        """The same words in every box that is still empty."""
        self.page.locator("main textarea:visible").evaluate_all(
            "(boxes, words) => boxes.filter(box => !box.value).forEach(box => (box.value = words))", words
        )
        return self


@dataclass(frozen=True, slots=True)
class Road:
    """go: to a moment; problems: what went wrong in scripts, anywhere on the way."""

    page: Any
    address: str
    go: Callable[[datetime], None]
    problems: list[str] = field(default_factory=list)

    def window(self, user: Any, path: str = "/") -> Window:
        """The page as this person sees it, signed in at this moment."""
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.address}
        self.page.context.add_cookies([cookie])
        self.page.goto(path)
        return Window(self.page)


class Cast:
    """A school and the people around its children."""

    def __init__(self) -> None:
        self.school = a_school(
            address="School Lane (made-up), Southampton", postcode="SO99 9ZY", head="Jo Invented"
        )
        self.officer, self.senior, self.manager, self.legal = (
            UserFactory(role=role, name=name)
            for role, name in (
                ("ewo", "Ola Officer"), ("senior_ewo", "Sam Senior"), ("service_manager", "Max Manager"),
                ("legal_coordinator", "Lee Legal"),
            )
        )  # fmt: skip
        self.head = UserFactory(role="head_teacher", school=self.school, name="Jo Invented")
        self.staff = UserFactory(role="school_staff", school=self.school, name="Sky Staff")
        LinkOfficer.objects.create(school=self.school, officer=self.officer, since=date(2020, 1, 1))
