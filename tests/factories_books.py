"""Many notices at once, written past the actions: for counting, not for the law."""

from datetime import date, timedelta
from typing import Any

from tests.factories import ParentFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_documents import DocumentFactory, served

from mainstay.service.directory.models import School
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.penalties.reference import make

ISSUED_ON = date(2025, 11, 3)


class Book:
    """Notices about one child of each school, to one parent each; ``add`` takes what differs from an open first notice."""

    def __init__(self) -> None:
        self.officer = UserFactory(role="ewo")
        self.families: dict[int, tuple[Any, Any]] = {}
        self.document = DocumentFactory(pupil=None)
        self.service = served(self.document)
        self.number = 0

    def add(self, number: int = 1, *, school: School | None = None, **given: Any) -> list[Notice]:
        """So many notices alike; ``state``, ``reason``, ``position``, ``kind`` and any other field."""
        pupil, parent = self._family(school)
        made = [self._notice(pupil, parent, given) for _ in range(number)]
        return Notice.objects.bulk_create(made)

    def _family(self, school: School | None) -> tuple[Any, Any]:
        key = school.pk if school else 0
        if key not in self.families:
            pupil = PupilFactory(school=school or SchoolFactory())
            self.families[key] = pupil, ParentFactory(of=pupil)
        return self.families[key]

    def _notice(self, pupil: Any, parent: Any, given: dict[str, Any]) -> Notice:
        self.number += 1
        said: dict[str, Any] = {
            "kind": "attendance", "state": "issued", "position": "first", "reason": "holiday", "issued_on": ISSUED_ON,
            **given,
        }  # fmt: skip
        served_on = said["issued_on"] + timedelta(days=2)
        if said["kind"] == "excluded":
            said |= {"position": "", "reason": ""}
        if said["state"] == "paid":
            said = {"paid_on": served_on, "paid_pence": 8000} | said
        if said["state"] == "withdrawn":
            said = {"withdrawn_on": served_on, "ground": "material_error"} | said
        request = NoticeRequest.objects.create(
            pupil=pupil, school=pupil.school, kind=said["kind"], route="threshold", state="done", from_school=False,
            made_by=self.officer, made_at=at(), closed_at=at(),
        )  # fmt: skip
        dates = {
            "served_on": served_on, "reduced_until": served_on + timedelta(days=20),
            "full_until": served_on + timedelta(days=27), "decide_from": served_on + timedelta(days=28),
        }  # fmt: skip
        return Notice(
            request=request, pupil=pupil, parent=parent, school=pupil.school, why_parent="Lives there.",
            chosen_by=self.officer, chosen_at=at(), number=make(self.number), issued_at=at(), issued_by=self.officer,
            document=self.document, service=self.service, reduced_pence=8000, full_pence=16000, **(dates | said),
        )  # fmt: skip
