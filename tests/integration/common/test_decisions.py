"""A decision is approved once, and by somebody else than the person who made it."""

from datetime import timedelta

import pytest
from tests.factories import NOW, UserFactory

from mainstay.service.accounts.models import User
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.decisions.recording import approve, decide
from mainstay.service.common.steps import StepRefused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def officer() -> User:
    return UserFactory(role="ewo")


@pytest.fixture
def manager() -> User:
    return UserFactory(role="service_manager", name="Alex Manager")


@pytest.fixture
def decision(officer: User) -> Decision:
    return decide(by=officer, at=NOW, kind="notice", outcome="issue", reasons="Support was not taken up.")


def test_an_approval_is_kept_with_who_and_when_and_audited(decision: Decision, manager: User) -> None:
    approve(decision=decision, by=manager, at=LATER)
    decision.refresh_from_db()
    assert (decision.approved_by, decision.approved_at) == (manager, LATER)
    row = AuditRow.objects.get(action="decision.approved")
    assert (row.by, row.on_kind, row.on_id) == (manager, "common.decision", str(decision.pk))


def test_nobody_approves_their_own_decision(decision: Decision, officer: User) -> None:
    with pytest.raises(StepRefused, match="somebody else must approve"):
        approve(decision=decision, by=officer, at=LATER)
    decision.refresh_from_db()
    assert decision.approved_at is None


def test_a_second_approval_is_refused_and_names_the_first(decision: Decision, manager: User) -> None:
    approve(decision=decision, by=manager, at=NOW)
    with pytest.raises(StepRefused, match="Alex Manager approved this already"):
        approve(decision=decision, by=UserFactory(role="service_manager"), at=LATER)
    decision.refresh_from_db()
    assert (decision.approved_by, decision.approved_at) == (manager, NOW)
    assert AuditRow.objects.filter(action="decision.approved").count() == 1


def test_an_approval_at_the_same_moment_counts_as_the_first(officer: User, manager: User) -> None:
    decision = decide(
        by=officer, at=NOW, kind="notice", outcome="issue", reasons="So agreed.", approved_by=manager
    )
    with pytest.raises(StepRefused, match="approved this already"):
        approve(decision=decision, by=UserFactory(role="service_manager"), at=LATER)
