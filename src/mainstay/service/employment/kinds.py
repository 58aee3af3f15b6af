"""The four kinds of application, as lists, pages and papers call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.db.models import QuerySet

from mainstay.service.common.steps import Steps
from mainstay.service.employment import steps
from mainstay.service.employment.models import Approval, Chaperone, Licence, Permit


@dataclass(frozen=True, slots=True)
class Kind:
    """key: of addresses and values; page, places: names of the page and the list."""

    key: str
    model: Any
    steps: Steps
    one: str
    many: str
    related: tuple[str, ...]
    prefetched: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        return f"employment_{self.key}"

    @property
    def list(self) -> str:
        return f"employment_{self.key}s"

    def rows(self) -> "QuerySet[Any]":
        """With everything that the page and the steps look at."""
        found = self.model.objects.select_related(
            "owner", "decision__by", "decision__approved_by", *self.related
        )
        return found.prefetch_related(*self.prefetched)  # type: ignore[no-any-return]


_OF_CHILD: Final = ("pupil__school",)
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            Kind("permit", Permit, steps.PERMIT, "employment permit", "employment permits",
                 (*_OF_CHILD, "risk_file"), ("views__school", "views__answered_by", "changes__by", "inspections__by")),
            Kind("licence", Licence, steps.LICENCE, "performance licence", "performance licences",
                 (*_OF_CHILD, "chaperone", "body"), ("days", "views__school", "views__answered_by", "inspections__by")),
            Kind("approval", Approval, steps.APPROVAL, "approval of a body of persons", "bodies of persons", (),
                 ("inspections__by",)),
            Kind("chaperone", Chaperone, steps.CHAPERONE, "chaperone’s approval", "chaperones", (), ("engagements",)),
        )
    }
)  # fmt: skip
OF_LABEL: Final = {kind.model._meta.label_lower: kind for kind in KINDS.values()}


def of(one: Any) -> Kind:
    return OF_LABEL[one._meta.label_lower]
