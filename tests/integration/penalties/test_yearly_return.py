"""The yearly return: what each figure counts, that wholes are the sum of their parts, and lists that hold what is counted."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.factories import ConflictFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_books import ISSUED_ON, Book
from tests.factories_penalties import a_notice, a_parent, a_request, absent, an_earlier, declared

from mainstay.registers.simulating import published
from mainstay.service.accounts.models import User
from mainstay.service.penalties import returns
from mainstay.service.penalties.actions import checking, issuing, requests
from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice
from mainstay.service.penalties.queries import yearly, yearly_lists

pytestmark = pytest.mark.django_db
YEAR = 2025


def manager() -> User:
    return UserFactory(role="service_manager")


def figures(user: User | None = None, year: int = YEAR) -> Counter[str]:
    return yearly.count(user or manager(), year).whole


def test_by_reason_and_rate() -> None:
    book = Book()
    book.add(3)
    book.add(2, reason="late", position="second")
    book.add(1, reason="other")
    found = figures()
    assert {n: found[n] for n in ("issued", "holiday", "late", "other", "first", "second")} == {
        "issued": 6, "holiday": 3, "late": 2, "other": 1, "first": 4, "second": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "reason"),
    [("GGGG", "holiday"), ("UU", "late"), ("GGGO", "other"), ("GU", "other"), ("OONN", "other")],
)
def test_a_notice_keeps_its_reason_by_its_sessions(codes: str, reason: str) -> None:
    from mainstay.service.penalties.sessions import reason as reason_of

    assert reason_of({"date": "2025-11-03", "half": "AM", "code": code} for code in codes) == reason


def test_a_notice_issued_by_its_action_is_counted() -> None:
    notice = a_notice()
    assert notice.reason == Notice.Reason.HOLIDAY
    found = figures(year=2026)
    assert (found["issued"], found["holiday"], found["first"], found["open"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("paid_on", "part"),
    [
        (ISSUED_ON + timedelta(days=2), "paid_early"),
        (ISSUED_ON + timedelta(days=22), "paid_early"),  # the 21st day, the day of receipt being the first
        (ISSUED_ON + timedelta(days=23), "paid_late"),
        (ISSUED_ON + timedelta(days=29), "paid_late"),
    ],
)
def test_paid_early_or_later(paid_on: date, part: str) -> None:
    Book().add(state="paid", paid_on=paid_on)
    found = figures()
    assert (found["paid_early"], found["paid_late"]) == ((1, 0) if part == "paid_early" else (0, 1))


def test_paid_without_a_day_of_receipt_counts_as_early() -> None:
    Book().add(state="paid", served_on=None, reduced_until=None, full_until=None, decide_from=None)
    assert figures()["paid_early"] == 1


def test_how_they_stand() -> None:
    book = Book()
    for ground in Notice.Ground.values:
        book.add(2, state="withdrawn", ground=ground)
    book.add(3, state="unpaid")
    book.add(4, state="prosecuting")
    book.add(5)
    found = figures()
    assert found["withdrawn"] == 10
    assert {found[f"withdrawn_{ground}"] for ground in Notice.Ground.values} == {2}
    assert (found["to_decide"], found["prosecuting"], found["open"]) == (3, 4, 5)


def test_excluded_children_are_counted_apart() -> None:
    book = Book()
    book.add(2, kind="excluded", state="paid")
    book.add(1, kind="excluded", state="unpaid")
    assert figures() == {"excluded": 3, "excluded_paid": 2, "excluded_to_decide": 1}


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2025, 8, 1), 2025),
        (date(2026, 7, 31), 2025),
        (date(2025, 7, 31), 2024),
        (date(2026, 8, 1), 2026),
    ],
)
def test_a_notice_belongs_to_the_year_of_its_issue(on: date, year: int) -> None:
    Book().add(issued_on=on)
    assert {y: figures(year=y)["issued"] for y in (2024, 2025, 2026)} == {
        2024: 0,
        2025: 0,
        2026: 0,
    } | {year: 1}


def test_what_was_not_issued_is_not_counted() -> None:
    a_notice("approved")
    assert figures(year=2026) == {}


def whole_book() -> Book:
    """Every state, reason, position, kind and ground at two schools."""
    book = Book()
    for school in (SchoolFactory(name="Alder Primary"), SchoolFactory(name="Birch Primary")):
        for state in ("issued", "paid", "unpaid", "prosecuting", "withdrawn"):
            for reason in Notice.Reason.values:
                for position in ("first", "second"):
                    book.add(1, school=school, state=state, reason=reason, position=position)
            book.add(2, school=school, state=state, kind="excluded")
    return book


def test_wholes_are_the_sum_of_their_parts() -> None:
    whole_book()
    found = yearly.checks(yearly.count(manager(), YEAR))
    assert [check.difference for check in found] == [0] * len(found)
    assert found[0].whole == 60 and len(found) == len(returns.SUMS) + 1


def test_a_difference_is_said() -> None:
    Book().add(position="")  # which no action writes
    found = yearly.checks(yearly.count(manager(), YEAR))
    assert [check.difference for check in found if check.difference] == [1]


def test_schools_make_up_the_council() -> None:
    whole_book()
    rows = yearly.school_rows(yearly.count(manager(), YEAR))
    assert [row["name"] for row in rows] == ["Alder Primary", "Birch Primary"]
    assert [row["issued"] for row in rows] == [30, 30]
    assert [row["excluded"] for row in rows] == [10, 10]


def test_each_figures_list_holds_what_it_counts() -> None:
    whole_book()
    user = manager()
    counted = yearly.count(user, YEAR)
    for part in returns.PARTS.values():
        assert yearly_lists.counted(user, YEAR, part, None).count() == counted.whole[part.name], part.name
        for school, own in counted.schools.items():
            assert yearly_lists.counted(user, YEAR, part, school).count() == own[part.name], part.name


def test_notices_to_improve_and_leave() -> None:
    pupil, by = PupilFactory(), UserFactory(role="ewo")
    given = datetime(2025, 9, 15, 9, tzinfo=UTC)
    for state in ("draft", "running", "breached", "ended", "met", "met", "followed", "closed"):
        Improvement.objects.create(
            pupil=pupil, school=pupil.school, state=state, starts_on=date(2025, 9, 15), school_weeks=6, target=0,
            record_from=ISSUED_ON, record_to=ISSUED_ON, made_by=by, made_at=given,
            issued_at=None if state == "draft" else given,
        )  # fmt: skip
    for state in ("asked", "granted", "part", "refused", "refused"):
        decided = {} if state == "asked" else {"decided_by": by, "decided_at": given}
        LeaveRequest.objects.create(
            pupil=pupil, school=pupil.school, parent=a_parent(pupil), lives_with=True, asked_on=ISSUED_ON,
            first_day=ISSUED_ON, last_day=ISSUED_ON, reason="A wedding", state=state, written_by=by, written_at=given,
            **decided,
        )  # fmt: skip
    assert figures() == {
        "improvements": 7, "improvements_met": 2, "improvements_not_met": 1, "improvements_open": 3,
        "improvements_closed": 1, "leave_refused": 2, "leave_part": 1,
    }  # fmt: skip


def at_the_limit(pupil: Any, parent: Any, outcome: str = "paid") -> None:
    for day in (date(2025, 3, 3), date(2026, 3, 2)):
        an_earlier(parent, pupil, day, outcome=outcome)


def refused(pupil: Any, by: User | None = None) -> Any:
    request = a_request(pupil)
    return requests.refuse(
        request_id=request.pk, reasons="No notice may be issued.", by=by or UserFactory(role="ewo"), at=at()
    )


def test_a_request_refused_at_the_limit() -> None:
    pupil = absent()
    at_the_limit(pupil, a_parent(pupil))
    refused(pupil)
    assert figures(year=2026) == {"limit": 1}


@pytest.mark.parametrize("outcome", ["withdrawn", "acquitted"])
def test_notices_that_do_not_count_reach_no_limit(outcome: str) -> None:
    pupil = absent()
    at_the_limit(pupil, a_parent(pupil), outcome)
    refused(pupil)
    assert figures(year=2026) == {}


def test_refused_for_another_reason_is_no_limit() -> None:
    pupil = absent()
    an_earlier(a_parent(pupil), pupil, date(2025, 3, 3))
    refused(pupil)
    assert figures(year=2026) == {}


def test_of_two_parents_one_gets_the_notice_and_one_met_the_limit() -> None:
    declared()
    pupil = absent()
    twice, other = a_parent(pupil), a_parent(pupil)
    at_the_limit(pupil, twice)
    officer = UserFactory(role="ewo")
    request = a_request(pupil, by=officer)
    approved = a_notice("approved", pupil=pupil, parent=other, request=request, officer=officer)
    dropped = checking.choose_parent(request_id=request.pk, parent=twice, why="Both.", by=officer, at=at())
    checking.drop(notice_id=dropped.pk, because="Two notices in three years.", by=officer, at=at())
    issuing.issue(notice_ids=[approved.pk], by=UserFactory(role="senior_ewo"), at=at())
    found = figures(year=2026)
    assert (found["limit"], found["issued"]) == (1, 1)


def test_a_chosen_parent_without_notices_met_no_limit_whoever_the_other_is() -> None:
    declared()
    pupil = absent()
    at_the_limit(pupil, a_parent(pupil))
    other, officer = a_parent(pupil), UserFactory(role="ewo")
    request = a_request(pupil, by=officer)
    checking.choose_parent(request_id=request.pk, parent=other, why="Was there.", by=officer, at=at())
    requests.refuse(request_id=request.pk, reasons="Support first.", by=officer, at=at())
    assert figures(year=2026) == {}


def test_a_school_counts_its_own_and_nobody_counts_past_a_conflict() -> None:
    book = whole_book()
    school = book.families[next(iter(book.families))][0].school
    assert figures(UserFactory(role="school_staff", school=school))["issued"] == 30
    conflicted = manager()
    ConflictFactory(user=conflicted, school=school)
    assert figures(conflicted)["issued"] == 30
    assert figures(UserFactory(role="solicitor")) == {}


def test_the_queries_do_not_grow_with_the_books(django_assert_max_num_queries: Any) -> None:
    book, user = Book(), manager()
    book.add(300)
    for _ in range(3):
        pupil = absent()
        at_the_limit(pupil, a_parent(pupil))
        refused(pupil)
    user.permissions  # noqa: B018  asked once a request
    for year in (2025, 2026):
        with django_assert_max_num_queries(10):
            counted = yearly.count(user, year)
            yearly.school_rows(counted)


def test_shares_stand_beside_the_latest_year_england_was_published_for() -> None:
    book = Book()
    book.add(3)
    book.add(1, state="withdrawn", reason="other", position="second")
    said = {one.words: one for one in yearly.beside_england(yearly.count(manager(), YEAR))}
    holiday = said["Issued for unauthorised family holiday"]
    assert holiday.ours == 0.75 and holiday.england == pytest.approx(0.893, abs=0.001)
    assert holiday.source.startswith("2022/23")
    assert said["Issued at the second rate"].england == pytest.approx(0.0202, abs=0.0001)
    assert (said["Withdrawn"].ours, said["Withdrawn"].england) == (0.25, None)


def test_the_published_figures_name_their_source_and_licence() -> None:
    rows = published.rows("penalty_notices.csv")
    assert all(row["source"] and int(row["number"]) > 0 for row in rows)
    from importlib.resources import files

    text = (files("mainstay.registers") / "figures" / "penalty_notices.csv").read_text("utf-8")
    assert "Open Government Licence v3.0" in text.splitlines()[0]


def test_the_file_has_the_whole_first_then_each_school() -> None:
    whole_book()
    counted = yearly.count(manager(), YEAR)
    rows = list(yearly.for_export(counted, "The whole council"))
    header = yearly.header()
    assert [row[0] for row in rows] == ["The whole council", "Alder Primary", "Birch Primary"]
    assert {len(row) for row in rows} == {len(header)} and len(set(header)) == len(header)
    issued = header.index("Penalty notices for failure to attend: Issued")
    assert [row[issued] for row in rows] == [60, 30, 30]


def test_years_begin_with_the_national_framework() -> None:
    assert returns.years(date(2026, 11, 23)) == [2026, 2025, 2024]
