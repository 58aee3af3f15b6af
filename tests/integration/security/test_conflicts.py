"""Who declared a conflict of interest meets neither the child nor the school anywhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import ConflictFactory, DeadlineFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, days_before, give, marked

from mainstay.service.accounts.models import User
from mainstay.service.attendance.actions.consider import consider
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.queries import home
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.directory.models import MergeCandidate

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def senior() -> User:
    return UserFactory(role="senior_ewo")


def candidate(**given: object) -> MergeCandidate:
    return MergeCandidate.objects.create(why="the same name", found_at=at(), **given)


def waiting(user: User) -> list[str]:
    blocks = home.of_leader(User.objects.get(pk=user.pk), timezone.localdate()).blocks
    return [row.text for block in blocks if "twice" in block.title for row in block.rows]


def test_neither_side_of_the_merge_queue_is_in_conflict(client: Client, senior: User) -> None:
    kin, school = PupilFactory(), SchoolFactory()
    hidden = [
        candidate(kept=kin, other=PupilFactory()),
        candidate(kept=PupilFactory(), other=kin),
        candidate(kept=PupilFactory(), incoming={"surname": "Quenby"}, school=school),
    ]
    seen = candidate(kept=PupilFactory(), other=PupilFactory())
    ConflictFactory(user=senior, pupil=kin)
    ConflictFactory(user=senior, school=school)
    client.force_login(senior)
    page = client.get(reverse("merges")).content.decode()
    assert reverse("merge", args=[seen.pk]) in page
    for one in hidden:
        assert reverse("merge", args=[one.pk]) not in page
        assert client.get(reverse("merge", args=[one.pk])).status_code == 404
        said = {"decision": "same", "reasons": "They are one and the same."}
        assert client.post(reverse("merge", args=[one.pk]), said).status_code == 404
    assert waiting(senior) == ["1 record to decide"]


def test_comparing_two_records_is_in_the_audit_trail(client: Client, senior: User) -> None:
    one = candidate(kept=PupilFactory(), other=PupilFactory())
    client.force_login(senior)
    client.get(reverse("merge", args=[one.pk]))
    row = AuditRow.objects.get(action="merge.read")
    assert (row.by_id, row.on_id) == (senior.pk, str(one.pk))


def test_the_first_page_forgets_a_child_in_conflict(client: Client) -> None:
    officer, child = UserFactory(role="ewo"), a_child(surname="Quenby")
    give(child, marked(days_before(child.school), "O", 14))
    finding = Finding.objects.get(pupil=child, kind=Finding.Kind.THRESHOLD)
    consider(
        finding_id=finding.pk, choice="support", reasons="Support comes first here.", by=officer, at=at(TODAY, 18),
        review_on=max(TODAY, timezone.localdate()) + timedelta(days=5),
    )  # fmt: skip
    DeadlineFactory(pupil=child, owner=officer, label="Write to the family")
    client.force_login(officer)
    assert "Quenby" in client.get(reverse("home")).content.decode()
    ConflictFactory(user=officer, pupil=child)
    page = client.get(reverse("home")).content.decode()
    assert "Quenby" not in page and "Write to the family" not in page


def test_who_has_no_conflict_keeps_deadlines_and_doubts(client: Client, senior: User) -> None:
    child = PupilFactory()
    DeadlineFactory(pupil=child, owner=senior, label="Write to the family")
    candidate(kept=child, other=PupilFactory(), school=child.school)
    client.force_login(senior)
    assert "Write to the family" in client.get(reverse("my_work")).content.decode()
    assert waiting(senior) == ["1 record to decide"]
