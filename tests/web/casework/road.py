"""Two families and the people around them; windows on their road: who looks, and what is pressed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Count
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, days_before, give, marked
from tests.factories_cases import a_case
from tests.factories_fast_track import decided, invited, met, running
from tests.factories_visits import investigated
from tests.web.browsing import WIDE, page_of

from mainstay.service.accounts.models import User
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import FastTrack
from mainstay.service.directory.models import LinkOfficer, Parenthood, Pupil, School, SchoolPost


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

    def to(self, path: str) -> Self:
        self.page.goto(path)
        return self

    def press(self, name: str) -> Self:
        """A button; what is refused then is told with its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        refused = self.page.locator(".govuk-error-summary")
        assert not refused.count(), f"{name}: {refused.first.inner_text()}"
        return self

    def follow(self, name: str) -> Self:
        self.page.get_by_role("link", name=name).first.click()
        return self

    def unfold(self, name: str) -> Self:
        self.page.locator("summary", has_text=name).first.click()
        return self

    def pick(self, **choices: str) -> Self:
        """One of the answers to each question."""
        for name, value in choices.items():
            self.page.locator(f"input[name='{name}'][value='{value}']").check()
        return self

    def tick(self, name: str) -> Self:
        """Every box of that name."""
        boxes = self.page.locator(f"input[name='{name}']").all()
        assert boxes, f"no box {name}"
        for box in boxes:
            box.check()
        return self

    def choose(self, name: str, value: Any) -> Self:
        self.page.locator(f"select[name='{name}']").first.select_option(str(value))
        return self

    def fill(self, **texts: str) -> Self:
        for name, text in texts.items():
            self.page.locator(f"[name='{name}']:visible").first.fill(text)
        return self

    def day(self, name: str, on: date) -> Self:
        return self.fill(
            **{f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}
        )

    @property
    def fits(self) -> bool:
        """Nothing has to be scrolled sideways."""
        self.page.wait_for_load_state("load")
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        )


class Cast:
    """One school of the made-up city, two of its children, and the people around them."""

    def __init__(self) -> None:
        self.head, self.support, self.senior, self.manager, self.legal = (
            User.objects.get(email=f"{name}@example.org")
            for name in ("head", "support", "senior", "manager", "legal")
        )
        school = SchoolPost.objects.get(user=self.head).school
        assert school is not None
        self.school: School = school
        self.staff: User = UserFactory(role="school_staff", school=school)
        self.officer: User = LinkOfficer.objects.get(school=self.school).officer
        self.colleague: User = User.objects.get(email="joanna.firth@example.org")
        self.ada, self.ben = self._children()
        ties = Parenthood.objects.filter(pupil__in=(self.ada, self.ben))
        ties.update(basis_evidence="Birth certificate seen by the school")
        self.mother, self.father = parents_of(self.ada.pk, TODAY)
        days = days_before(self.school)
        give(self.ada, marked(days, "O", 30, start=len(days) - 15))
        give(self.ben, marked(days, "O", 2))

    def _children(self) -> Iterator[Pupil]:
        """Of Year 5, nobody's work yet: one whose parents live apart, one with a parent alone."""
        fresh = Pupil.objects.filter(
            school=self.school, restricted=False, year_group="5", ews_cases=None, referrals=None
        )
        for apart in (2, 1):
            homes = Count("parenthoods__parent__addresses__postcode", distinct=True)
            ties = Count("parenthoods", distinct=True)
            yield fresh.annotate(homes=homes, ties=ties).filter(homes=apart, ties=apart).order_by("pk")[0]

    def plan_of_ben(self) -> FastTrack:
        """The other family came the same way some weeks before."""
        parents = parents_of(self.ben.pk, TODAY)
        case = investigated(a_case(self.ben, owner=self.officer), senior=self.senior)
        return running(met(invited(decided(case=case, parents=parents, by=self.senior), chair=self.senior)))
