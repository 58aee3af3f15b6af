"""A batch issued by the worker: one print run, begun again after a crash at any point, nothing issued twice."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice

from mainstay.law.clock import BeyondTable
from mainstay.service.accounts.models import User
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.jobs.queue import run
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.documents import runs
from mainstay.service.documents.models import Document, PrintRun
from mainstay.service.penalties import batch, letters
from mainstay.service.penalties.actions import issuing
from mainstay.service.penalties.models import CodeValue, Notice
from mainstay.service.record import access

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> User:
    return UserFactory(role="business_support")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two notices a transaction, so that a batch of a few has several."""
    monkeypatch.setattr(issuing, "STEP", 2)


def approved(number: int) -> list[Notice]:
    return [a_notice("approved") for _ in range(number)]


def ask(notices: list[Notice], by: User) -> Job:
    return batch.ask(notice_ids=[n.pk for n in notices], by=by, at=at())


def states() -> list[str]:
    return sorted(Notice.objects.values_list("state", flat=True))


def test_a_batch_is_one_print_run_with_one_file(support: User, small_steps: None) -> None:
    job = ask(approved(3), support)
    run(job, at())
    assert job.state == Job.State.DONE
    made = PrintRun.objects.get()
    assert (made.letters, made.services.count(), made.made_by) == (3, 3, support)
    assert made.file is not None and store.read(made.file).startswith(b"%PDF")
    assert states() == ["issued"] * 3
    assert job.payload == {"notices": sorted(job.payload["notices"]), "run": made.pk}


def test_what_is_not_issued_keeps_the_words_why(support: User) -> None:
    ready, stale = approved(2)
    stale.parent.addresses.all().delete()
    job = ask([ready, stale], support)
    run(job, at())
    stale.refresh_from_db()
    assert (stale.state, stale.number) == (Notice.State.APPROVED, None)
    assert "No full address" in stale.held_because
    assert PrintRun.objects.get().letters == 1


def test_words_of_an_attempt_go_when_it_is_issued_after_all(support: User) -> None:
    notice = a_notice("approved")
    Notice.objects.filter(pk=notice.pk).update(held_because="No full address")
    run(ask([notice], support), at())
    notice.refresh_from_db()
    assert (notice.state, notice.held_because) == (Notice.State.ISSUED, "")


def test_one_whose_days_cannot_be_counted_keeps_no_other_back(
    support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, beyond = approved(2)
    whole = letters.penalty_notice

    def counted(found: Any, *more: Any) -> Any:
        if found.notice.pk == beyond.pk:
            raise BeyondTable("the bank holidays of 2099 are not known")
        return whole(found, *more)

    monkeypatch.setattr(letters, "penalty_notice", counted)
    job = ask([ready, beyond], support)
    run(job, at())
    beyond.refresh_from_db()
    assert job.state == Job.State.DONE and PrintRun.objects.get().letters == 1
    assert beyond.held_because == "The dates cannot be counted: the bank holidays of 2099 are not known."


def test_a_notice_that_could_not_say_how_to_pay_is_not_issued(support: User) -> None:
    notice = a_notice("approved")
    CodeValue.objects.create(
        name="ways_to_pay", value=[], since=date(2026, 1, 1), set_at=at(), set_by=support, reason="By mistake"
    )
    run(ask([notice], support), at())
    notice.refresh_from_db()
    assert "Say in the code of conduct how a notice can be paid" in notice.held_because


class Killed(BaseException):
    """The worker is gone: nothing of the job catches it."""


def killed(*_: Any, **__: Any) -> Any:
    raise Killed


def test_begun_again_after_a_crash_between_two_steps(
    support: User, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, whole = ask(approved(5), support), issuing.issue

    def once(**given: Any) -> Any:
        done = whole(**given)
        monkeypatch.setattr(issuing, "issue", killed)
        return done

    monkeypatch.setattr(issuing, "issue", once)
    with pytest.raises(Killed):
        run(job, at())
    assert states().count("issued") == 2
    monkeypatch.setattr(issuing, "issue", whole)
    run(Job.objects.get(pk=job.pk), at(hour=13))
    assert states() == ["issued"] * 5
    assert PrintRun.objects.get().letters == 5
    assert Document.objects.filter(kind="penalty_notice").count() == 5


def test_begun_again_after_a_crash_before_the_file(support: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job, whole = ask(approved(2), support), runs.put_together
    monkeypatch.setattr(runs, "put_together", killed)
    with pytest.raises(Killed):
        run(job, at())
    assert PrintRun.objects.get().file is None
    monkeypatch.setattr(runs, "put_together", whole)
    run(Job.objects.get(pk=job.pk), at(hour=13))
    made = PrintRun.objects.get()
    assert (made.letters, made.file is not None) == (2, True)
    assert Document.objects.filter(kind="penalty_notice").count() == 2


def test_done_once_more_it_changes_nothing(support: User) -> None:
    job = ask(approved(2), support)
    run(job, at())
    before = PrintRun.objects.get()
    run(Job.objects.get(pk=job.pk), at(hour=14))
    after = PrintRun.objects.get()
    assert (after.pk, after.letters, after.file_id) == (before.pk, before.letters, before.file_id)
    assert Document.objects.filter(kind="penalty_notice").count() == 2


def test_the_same_notices_asked_for_twice_go_out_once(support: User) -> None:
    notices = approved(2)
    first, second = ask(notices, support), ask(notices, UserFactory(role="senior_ewo"))
    run(first, at())
    run(second, at())
    assert second.state == Job.State.DONE
    assert PrintRun.objects.get().pk == first.payload["run"]
    assert "run" not in second.payload
    assert Document.objects.filter(kind="penalty_notice").count() == 2


def test_a_run_is_not_finished_on_another_day(
    support: User, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, whole = ask(approved(3), support), issuing.issue

    def once(**given: Any) -> Any:
        done = whole(**given)
        monkeypatch.setattr(issuing, "issue", killed)
        return done

    monkeypatch.setattr(issuing, "issue", once)
    with pytest.raises(Killed):
        run(job, at())
    monkeypatch.setattr(issuing, "issue", whole)
    run(Job.objects.get(pk=job.pk), later(1))
    left = Notice.objects.get(state=Notice.State.APPROVED)
    assert left.held_because == batch.ANOTHER_DAY
    assert PrintRun.objects.get().letters == 2
    again = batch.ask(notice_ids=[left.pk], by=support, at=later(1))
    run(again, later(1))
    assert states() == ["issued"] * 3


def test_a_restricted_record_is_opened_before_its_notice_is_issued() -> None:
    senior, notice = UserFactory(role="senior_ewo"), a_notice("approved")
    notice.pupil.restricted = True
    notice.pupil.save()
    run(ask([notice], senior), at())
    notice.refresh_from_db()
    assert (notice.state, "restricted" in notice.held_because) == (Notice.State.APPROVED, True)
    access.open_restricted(
        pupil=notice.pupil, by=senior, at=timezone.now(), reason="The notice is posted today"
    )
    run(ask([notice], senior), at())
    notice.refresh_from_db()
    assert notice.state == Notice.State.ISSUED


def test_only_those_who_may_issue_ask_for_a_batch() -> None:
    notice = a_notice("approved")
    with pytest.raises(StepRefused, match="role cannot issue"):
        batch.ask(notice_ids=[notice.pk], by=UserFactory(role="ewo"), at=at())


def test_somebody_who_may_no_longer_issue_when_it_is_done_issues_nothing(support: User) -> None:
    job = ask(approved(1), support)
    support.roles_held.all().delete()
    run(Job.objects.get(pk=job.pk), at())
    assert states() == ["approved"]
    assert Job.objects.get(pk=job.pk).problem == "Your role cannot issue notices."
    assert not PrintRun.objects.exists()


@pytest.mark.parametrize("state", ["draft", "proposed", "issued"])
def test_only_approved_notices_make_a_batch(support: User, state: str) -> None:
    with pytest.raises(StepRefused, match="Tick at least one"):
        ask([a_notice(state)], support)
