"""Work that waits for the worker, and what is done once a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from mainstay.service.common.jobs import daily, queue
from mainstay.service.common.jobs.models import DailyRun, Job
from mainstay.service.common.steps import StepRefused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
done: list[str] = []


@pytest.fixture(autouse=True)
def _own_tables() -> Iterator[None]:
    """Handlers and tasks of this file alone."""
    handlers, tasks = dict(queue._handlers), dict(daily._tasks)
    daily._tasks.clear()
    done.clear()
    yield
    queue._handlers.clear()
    queue._handlers.update(handlers)
    daily._tasks.clear()
    daily._tasks.update(tasks)


def leave(kind: str = "test.work", **payload: str) -> Job:
    return queue.queue(kind, by=None, at=timezone.now(), **payload)


def test_work_is_done_in_order_and_once() -> None:
    queue.handler("test.work")(lambda job: done.append(job.payload["name"]))
    leave(name="first")
    leave(name="second")
    assert queue.run_waiting() == 2
    assert done == ["first", "second"]
    assert set(Job.objects.values_list("state", "progress")) == {("done", 100)}


def test_work_nobody_can_do_is_not_taken() -> None:
    with pytest.raises(KeyError):
        leave("test.unknown")


def test_a_refusal_is_shown_and_not_tried_again() -> None:
    def refuse(job: Job) -> None:
        raise StepRefused("The file is not a register.")

    queue.handler("test.work")(refuse)
    job = leave()
    queue.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.problem, job.tries) == ("failed", "The file is not a register.", 1)


def test_a_fault_is_tried_again_later_and_then_given_up(caplog: pytest.LogCaptureFixture) -> None:
    def fail(job: Job) -> None:
        raise ValueError("Wanda Winterbottom")

    queue.handler("test.work")(fail)
    job = leave()
    for tries in (1, 2, 3):
        assert queue.run_next()
        job.refresh_from_db()
        assert job.tries == tries
        assert "Winterbottom" not in job.problem
        assert not queue.run_next()
        Job.objects.filter(state="waiting").update(not_before=timezone.now())
    assert job.state == "failed"
    assert not queue.run_next()


def test_work_of_a_worker_that_died_is_taken_over() -> None:
    queue.handler("test.work")(lambda job: done.append("again"))
    job = leave()
    Job.objects.update(state="running", tries=1, leased_until=timezone.now() + timedelta(minutes=5))
    assert not queue.run_next()
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert queue.run_next()
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 2)


def test_work_that_was_begun_is_taken_over_only_when_who_began_it_is_dead() -> None:
    queue.handler("test.work")(lambda job: done.append(job.payload["name"]))
    job = queue.begin("test.work", by=None, at=NOW, name="begun")
    assert queue.run_waiting() == 0
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert queue.run_waiting() == 1
    assert done == ["begun"]


def test_work_that_says_how_far_it_is_keeps_its_lease() -> None:
    queue.handler("test.work")(lambda job: None)
    job = queue.begin("test.work", by=None, at=NOW)
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    job.tell(40)
    assert queue.run_waiting() == 0
    assert Job.objects.get(pk=job.pk).progress == 40


def test_two_workers_do_not_take_the_same_work() -> None:
    queue.handler("test.work")(lambda job: None)
    leave()
    one, other = (queue._oldest(timezone.now()) for _ in range(2))
    assert one is not None
    assert other is not None
    assert queue._claim(one)
    assert not queue._claim(other)


def test_a_daily_task_runs_once_a_day_after_five() -> None:
    seen: list[tuple[date, date | None]] = []
    daily.daily("test.task")(lambda *, on, last: seen.append((on, last)))
    assert daily.run_due(datetime(2026, 11, 23, 3, tzinfo=UTC)) == []
    assert daily.run_due(NOW) == ["test.task"]
    assert daily.run_due(NOW + timedelta(hours=5)) == []
    assert daily.run_due(NOW + timedelta(days=1)) == ["test.task"]
    assert seen == [(date(2026, 11, 23), None), (date(2026, 11, 24), date(2026, 11, 23))]


def test_a_missed_day_is_caught_up_at_once_and_says_since_when() -> None:
    seen: list[tuple[date, date | None]] = []
    daily.daily("test.task")(lambda *, on, last: seen.append((on, last)))
    daily.run_due(NOW)
    assert daily.run_due(datetime(2026, 11, 26, 1, tzinfo=UTC)) == ["test.task"]
    assert seen[-1] == (date(2026, 11, 26), date(2026, 11, 23))


def test_a_failing_task_is_tried_three_times_and_stops_no_other() -> None:
    def fail(*, on: date, last: date | None) -> None:
        raise ValueError

    daily.daily("test.a_fails")(fail)
    daily.daily("test.b_works")(lambda *, on, last: done.append("b"))
    assert daily.run_due(NOW) == ["test.a_fails", "test.b_works"]
    for _ in range(5):
        daily.run_due(NOW)
    run = DailyRun.objects.get(task="test.a_fails")
    assert (run.tries, run.problem, done) == (3, "ValueError", ["b"])


def test_two_timers_do_not_run_the_same_task() -> None:
    daily.daily("test.task")(lambda *, on, last: done.append("x"))
    DailyRun.objects.create(task="test.task", on=date(2026, 11, 23), started_at=NOW)
    assert daily.run_due(NOW) == []
    assert daily.run_due(NOW + timedelta(hours=2)) == ["test.task"]
