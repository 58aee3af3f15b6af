"""Notices in the made-up city: some in every state, made by the actions, and work for everybody who signs in."""

import io
from collections import Counter
from contextlib import redirect_stdout

from tests.made_up import UNTIL

from mainstay.registers.grid import academic_year
from mainstay.roof import demo_command
from mainstay.service.accounts.models import User
from mainstay.service.attendance.queries import home
from mainstay.service.common.models import AuditRow
from mainstay.service.penalties import sessions
from mainstay.service.penalties.models import (
    BankLine,
    EarlierImport,
    EarlierNotice,
    Enquiry,
    Improvement,
    LeaveRequest,
    Notice,
    NoticeRequest,
    Payment,
    Refund,
)
from mainstay.service.penalties.queries import yearly
from mainstay.service.record.models import Deadline


def states(model: type, field: str = "state") -> Counter[str]:
    return Counter(model.objects.order_by().values_list(field, flat=True))  # type: ignore[attr-defined]


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def blocks(name: str) -> dict[str, int]:
    """Headings of the first page and how many lines each has."""
    return {block.title: len(block.rows) for block in home.for_user(user(name), UNTIL).blocks}


def check() -> None:
    _states()
    _whole_notices()
    _money()
    _first_pages()
    _return()
    _said()


def _states() -> None:
    requests, notices = states(NoticeRequest), states(Notice)
    assert set(NoticeRequest.State.values) == set(requests) and requests["asked"] > 10
    assert set(Notice.State.values) == set(notices)
    assert all(notices[state] >= 2 for state in Notice.State.values)
    withdrawn = states_of_withdrawn()
    assert set(withdrawn) == set(Notice.Ground.values)
    assert {*states(Improvement)} == {*Improvement.State.values}
    assert {*states(LeaveRequest)} == {"asked", "granted", "part", "refused"}
    assert states(Enquiry, "outcome") == {"awaited": 2, "none": 1, "notices": 1}
    assert {"paid", "convicted", "withdrawn"} <= set(states(EarlierNotice, "outcome"))
    assert EarlierImport.objects.get().state == EarlierImport.State.TAKEN
    assert Notice.objects.filter(position="second").count() == 3
    assert Notice.objects.issued().filter(kind="excluded").count() == 2


def states_of_withdrawn() -> set[str]:
    return set(Notice.objects.filter(state="withdrawn").order_by().values_list("ground", flat=True))


def _whole_notices() -> None:
    for notice in Notice.objects.issued().select_related("document", "service", "request"):
        assert notice.document is not None and notice.document.values["reference"] == notice.number
        assert notice.marks_digest == sessions.digest(notice.sessions)
        assert notice.decision_id is not None and notice.issued_on is not None
        assert notice.offence_to is not None and notice.offence_to < notice.issued_on
    assert Notice.objects.issued().filter(served_on=None).count() == 2  # came back
    numbers = list(
        Notice.objects.issued()
        .filter(kind="attendance")
        .order_by("issued_on", "pk")
        .values_list("number", flat=True)
    )
    assert len(numbers) > 40
    assert AuditRow.objects.filter(action="notice.issued").count() == Notice.objects.issued().count()
    children = {word for notice in Notice.objects.select_related("pupil") for word in (notice.pupil.surname,)}
    assert not [d.label for d in Deadline.objects.all() if any(word in d.label for word in children)]


def _money() -> None:
    assert states(Payment, "way").keys() == set(Payment.Way.values)
    assert states(Payment) == {"succeeded": Payment.objects.count()}
    assert states(Refund)["due"] >= 3 and states(Refund)["done"] == 1
    assert states(BankLine)["unmatched"] == 1 and states(BankLine)["taken"] == 2
    paid = Counter(Notice.objects.filter(state="paid").values_list("paid_pence", flat=True))
    assert {8000, 16000} <= set(paid)


def _first_pages() -> None:
    for name, wanted in {
        "senior": ("Notices to approve", "Notices to issue", "Unpaid: prosecute or withdraw"),
        "manager": ("Notices to approve", "Unpaid: prosecute or withdraw"),
        "legal": ("Unpaid: prosecute or withdraw",),
        "support": ("Notices to issue",),
    }.items():
        shown = blocks(name)
        assert all(shown.get(title) for title in wanted), (name, shown)
    for name in ("officer", "school", "head", "support", "finance"):
        about = [n for title, n in blocks(name).items() if any(w in title.lower() for w in ("notice", "request", "leave", "payment", "refund"))]  # fmt: skip
        assert any(about), (name, blocks(name))


def _return() -> None:
    year = academic_year(UNTIL)
    for of in (year - 1, year):
        counted = yearly.count(user("manager"), of)
        assert counted.whole["issued"] > 0
        assert [check.difference for check in yearly.checks(counted)] == [0] * 7
    assert counted.whole["limit"] >= 1


def _said() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        demo_command._say_what_to_open()
    lines = out.getvalue().splitlines()
    letters = [line for line in lines if line.startswith("  number PN-")]
    assert len(letters) == 3 and "£80 today" in letters[0] and "a second notice, £160 today" in letters[2]
    first = lines.index("Children to look at:") + 1
    ends = [line.rpartition(" ")[2] for line in lines[first:]]
    assert ends[:3] == ["now", "withdraw", "refused"]
    assert len(ends) == 5 and all(line.endswith("I") or "ground I;" in line for line in lines[first + 3 :])
    number = letters[0].split("number ")[1].split(",")[0]
    notice = Notice.objects.get(number=number)
    assert f"surname {notice.parent.surname}" in letters[0]
