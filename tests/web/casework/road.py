"""Two families and the people around them; windows on their road: who looks, and what is pressed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.factories import AddressFactory, LinkOfficerFactory, ParentFactory, UserFactory
from tests.factories_attendance import a_child, a_school, days_before, give, marked
from tests.factories_cases import a_case
from tests.factories_fast_track import decided, invited, met, running
from tests.factories_visits import investigated
from tests.web.browsing import WIDE, page_of

from mainstay.service.accounts.models import User
from mainstay.service.casework.models import FastTrack
from mainstay.service.directory.models import Parent, Pupil, School


@dataclass(frozen=True, slots=True)
class Road:
    """go: to a moment; problems: what went wrong in scripts, anywhere on the way."""

    browser: Any
    address: str
    go: Callable[[datetime], None]
    problems: list[str] = field(default_factory=list)

    def window(self, user: Any, path: str = "/", *, width: int = WIDE) -> "Window":
        """A page as this person sees it, signed in at this moment."""
        page = page_of(self.browser, self.address, user, width=width)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(path)
        return Window(page)


@dataclass(frozen=True, slots=True)
class Window:
    page: Any

    @property
    def says(self) -> str:
        return " ".join(self.page.inner_text("main").split())

    def to(self, path: str) -> "Window":
        self.page.goto(path)
        return self

    def press(self, name: str) -> "Window":
        """A button; what is refused then is told with its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        refused = self.page.locator(".govuk-error-summary")
        assert not refused.count(), f"{name}: {refused.first.inner_text()}"
        return self

    def follow(self, name: str) -> "Window":
        self.page.get_by_role("link", name=name).first.click()
        return self

    def unfold(self, name: str) -> "Window":
        self.page.locator("summary", has_text=name).first.click()
        return self

    def pick(self, **choices: str) -> "Window":
        """One of the answers to each question."""
        for name, value in choices.items():
            self.page.locator(f"input[name='{name}'][value='{value}']").check()
        return self

    def tick(self, name: str) -> "Window":
        """Every box of that name."""
        boxes = self.page.locator(f"input[name='{name}']").all()
        assert boxes, f"no box {name}"
        for box in boxes:
            box.check()
        return self

    def choose(self, name: str, value: Any) -> "Window":
        self.page.locator(f"select[name='{name}']").first.select_option(str(value))
        return self

    def fill(self, **texts: str) -> "Window":
        for name, text in texts.items():
            self.page.locator(f"[name='{name}']:visible").first.fill(text)
        return self

    def day(self, name: str, on: date) -> "Window":
        return self.fill(
            **{f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}
        )

    @property
    def fits(self) -> bool:
        """Nothing has to be scrolled sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        )


class Cast:
    """One school, two children, and the people around them."""

    def __init__(self) -> None:
        self.school: School = a_school(name="Invented Primary")
        self.ada: Pupil = a_child(school=self.school, forename="Ada", surname="Hazelmere")
        self.ben: Pupil = a_child(school=self.school, forename="Ben", surname="Quickfall")
        self.mother = _parent(self.ada, "Grace", "3 Madeup Street", "SO99 1AA")
        self.father = _parent(self.ada, "Hugh", "14 Nowhere Lane", "SO99 2BB")
        days = days_before(self.school)
        give(self.ada, marked(days, "O", 30, start=len(days) - 15))
        give(self.ben, marked(days, "O", 2))
        self.staff, self.head = (_of(self.school, role) for role in ("school_staff", "head_teacher"))
        self.officer: User = UserFactory(role="ewo", name="Olive Linkwell")
        self.colleague: User = UserFactory(role="ewo", name="Conrad Standin")
        self.senior: User = UserFactory(role="senior_ewo", name="Selma Chairman")
        self.manager: User = UserFactory(role="service_manager", name="Mina Leader")
        self.support: User = UserFactory(role="business_support", name="Silas Letters")
        LinkOfficerFactory(school=self.school, officer=self.officer)

    def plan_of_ben(self) -> FastTrack:
        """The other family came the same way some weeks before."""
        parent = _parent(self.ben, "Petra", "5 Fancy Row", "SO99 3CC")
        case = investigated(a_case(self.ben, owner=self.officer), senior=self.senior)
        return running(met(invited(decided(case=case, parents=[parent], by=self.senior), chair=self.senior)))


def _of(school: School, role: str) -> User:
    return UserFactory(role=role, school=school)


def _parent(pupil: Pupil, forename: str, lines: str, postcode: str) -> Parent:
    said = {"of__basis_evidence": "Birth certificate seen by the school"}
    parent: Parent = ParentFactory(of=pupil, forename=forename, surname=pupil.surname, **said)
    AddressFactory(parent=parent, lines=f"{lines}\nSouthampton", postcode=postcode, since=date(2020, 1, 1))
    return parent
