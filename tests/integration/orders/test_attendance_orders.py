"""School attendance orders: each step with what it needs, its clocks, what stops it, and how it ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EnrolmentFactory, PupilFactory, UserFactory
from tests.factories_attendance import a_child
from tests.factories_attendance_orders import (
    BEGUN,
    a_child_on_no_roll,
    a_named_school,
    asked,
    at,
    begun,
    consulted,
    decided,
    intended,
    noticed,
    panel_tests,
    served,
)
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent

from mainstay.service.attendance.queries import own
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import parents_merged, pupils_merged
from mainstay.service.documents.service import mark_returned, prove
from mainstay.service.orders import providers
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_deciding as deciding
from mainstay.service.orders.actions import attendance_ending as ending
from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions import attendance_writing as writing
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.orders.offering_attendance import address, begin, by_number, counted
from mainstay.service.record.cases import lines
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def clock_of(about: Any, rule: str) -> Deadline:
    return Deadline.objects.get(about_kind=about._meta.label_lower, about_id=str(about.pk), rule=rule)


def test_it_is_never_for_a_registered_child_nor_outside_school_age_nor_under_the_act_of_2026() -> None:
    by = UserFactory(role="ewo")

    def start(pupil: Any, regime: str = "EA1996-437") -> AttendanceOrder:
        return beginning.begin(
            pupil=pupil, because="At home.", received_on=BEGUN, parents=[], by=by, at=at(BEGUN), regime=regime
        )

    with pytest.raises(StepRefused, match="absence of a registered pupil is not this road"):
        start(a_child())
    with pytest.raises(StepRefused, match="Compulsory school age ended with"):
        start(a_child_on_no_roll(date_of_birth=date(2009, 3, 9)))
    with pytest.raises(StepRefused, match=r"from .* only"):
        start(a_child_on_no_roll(date_of_birth=date(2023, 3, 9)))
    with pytest.raises(StepRefused, match="No day is appointed for the orders of the 2026 Act"):
        start(a_child_on_no_roll(), "CWSA2026")
    one = begun(by=by)
    with pytest.raises(StepRefused, match="open already"):
        start(one.pupil)
    manager = UserFactory(role="service_manager")
    with pytest.raises(StepRefused, match="No day is appointed"):
        beginning.change_regime(
            order_id=one.pk, regime="CWSA2026", reasons="It came.", by=manager, at=at(BEGUN)
        )
    assert begin(one.pupil, by) == [] and begin(a_child(), by) == []
    assert begin(a_child_on_no_roll(), by)[0]["text"] == "Begin an attendance order"


def test_the_notice_follows_enquiries_and_each_parent_has_fifteen_days_of_their_own() -> None:
    one = begun()
    assert clock_of(one, "sao-first-contact").last_day == date(2026, 9, 14)
    with pytest.raises(
        StepRefused, match=r"contact with the family.*has no informal letter yet.*was not warned"
    ):
        writing.send(order_id=one.pk, kind="first", by=one.owner, at=at(BEGUN))
    with pytest.raises(StepRefused, match="it goes before the warning"):
        writing.send(order_id=one.pk, kind="warning", by=one.owner, at=at(BEGUN))
    _, day = asked(one)
    assert [n.last_day for n in one.notices.all()] == [date(2026, 9, 16), date(2026, 9, 28)]
    assert clock_of(one, "sao-first-contact").state == "met"
    with pytest.raises(StepRefused, match="has until Monday 28 September 2026 to answer the warning"):
        writing.send(order_id=one.pk, kind="first", by=one.owner, at=at(day - DAY))
    second = a_parent(one.pupil)
    writing.send(order_id=one.pk, kind="first", by=one.owner, at=at(day))
    first = one.notices.get(kind="first")
    assert first.counted_from == date(2026, 10, 1) and first.last_day == date(2026, 10, 15)
    assert first.document is not None and first.document.values["last_day"] == "Thursday 15 October 2026"
    # another parent comes to be known: they need a notice too, and their own time
    both = [first.parent_id, second.pk]
    beginning.choose_parents(
        order_id=one.pk, parents=both, because="A father is known now.", by=one.owner, at=at(day)
    )
    with pytest.raises(StepRefused, match="has no notice under section 437"):
        writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(date(2026, 10, 16)))
    writing.send(order_id=one.pk, kind="first", by=one.owner, at=at(date(2026, 10, 12)))
    theirs = one.notices.get(kind="first", parent=second)
    assert theirs.last_day == date(2026, 10, 28) and one.notices.filter(kind="first").count() == 2
    # it comes back: the time is not over, until receipt is proved
    by = UserFactory(role="business_support")
    assert theirs.service is not None
    mark_returned(
        service=theirs.service,
        returned_on=date(2026, 10, 20),
        reason="Gone",
        by=by,
        at=at(date(2026, 10, 20)),
    )
    theirs.refresh_from_db()
    assert theirs.last_day is None and clock_of(theirs, "sao-first-notice").state == "paused"
    with pytest.raises(StepRefused, match="does not count as received"):
        writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(date(2026, 11, 20)))
    prove(
        service=theirs.service,
        received_on=date(2026, 10, 22),
        proof="Signed for",
        by=by,
        at=at(date(2026, 10, 23)),
    )
    theirs.refresh_from_db()
    assert theirs.last_day == date(2026, 11, 5) == clock_of(theirs, "sao-first-notice").last_day
    beginning.answer(
        notice_id=theirs.pk,
        on=date(2026, 10, 24),
        text="A tutor comes.",
        by=one.owner,
        at=at(date(2026, 10, 24)),
    )
    with pytest.raises(StepRefused, match="has until Thursday 5 November 2026"):
        writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(date(2026, 11, 5)))
    writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(date(2026, 11, 6)))
    assert not Deadline.objects.open().filter(rule="sao-first-notice").exists()


def test_the_panel_answers_two_tests_and_a_plan_names_its_own_school() -> None:
    one, day = noticed()
    manager = UserFactory(role="service_manager")
    writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(day))
    assert [line.rows(manager).count() for line in counted(manager, day)] == [1, 0] and counted(
        one.owner, day
    ) == []

    def panel(by: Any, **said: Any) -> AttendanceOrder:
        return deciding.panel(order_id=one.pk, tests=panel_tests(**said), by=by, at=at(day))

    with pytest.raises(StepRefused, match="Your role"):
        panel(one.owner)
    with pytest.raises(StepRefused, match="Both tests need reasons"):
        panel(manager, why_expedient=" ")
    with pytest.raises(StepRefused, match="No EHC plan"):
        panel(manager, way="plan")
    one.pupil.sen = "E"
    one.pupil.save()
    with pytest.raises(StepRefused, match="the one the plan names"):
        panel(manager)
    one = panel(manager, way="plan")
    assert (one.state, one.by_plan) == ("school", True)
    assert [line.rows(manager).count() for line in counted(manager, day)] == [0, 0]
    school = a_named_school()
    deciding.choose(
        order_id=one.pk, school=school, alternatives=[], because="Section I.", by=one.owner, at=at(day)
    )
    with pytest.raises(StepRefused, match="EHC plan names"):
        deciding.tell_schools(order_id=one.pk, by=one.owner, at=at(day))
    writing.go_on(order_id=one.pk, step="plan_names", by=one.owner, at=at(day))
    one = writing.send(order_id=one.pk, kind="order", by=one.owner, at=at(day))
    assert one.state == "served" and {p.to for p in one.papers.all()} == {"governors", "head"}
    # the plan names another school from now on: the order follows it, nobody is consulted about it here
    said = {"ground_": "council", "parent_id": None, "because": "Section I was amended.", "by": manager}
    other_school = a_named_school()
    one = following.amend(order_id=one.pk, school=other_school, at=at(day), **said)
    assert one.school == other_school and one.notices.filter(kind="amendment").count() == 1

    other, day = decided(said=panel_tests(expedient=False, told="We look again next year."))
    assert (other.state, other.ending) == ("ended", "not_expedient")
    writing.send(order_id=other.pk, kind="ended", by=other.owner, at=at(day))
    assert other.notices.filter(kind="ended").count() == 1


def test_a_school_is_named_only_after_the_questions_of_the_law_and_told_before_the_parents() -> None:
    one, day = decided()
    school, full = a_named_school(), a_named_school()

    def choose(named: Any) -> AttendanceOrder:
        return deciding.choose(
            order_id=one.pk, school=named, alternatives=[], because="Near.", by=one.owner, at=at(day)
        )

    with pytest.raises(StepRefused, match="whom you consulted"):
        choose(school)
    consulted(one, school, day, body="council", number="", excluded=None)
    with pytest.raises(StepRefused, match="its governing body, or the trust of an academy, is consulted"):
        choose(school)
    consulted(one, school, day, reply="", replied_on=None, number="", excluded=None)
    with pytest.raises(StepRefused, match="what was answered"):
        choose(school)
    consulted(one, school, day, number="")
    with pytest.raises(StepRefused, match="whether there is a place"):
        choose(school)
    consulted(one, full, day, number="over")
    with pytest.raises(StepRefused, match="its number is not the council's"):
        choose(full)
    consulted(one, full, day, number="set")
    EnrolmentFactory(
        pupil=one.pupil, school=full, entered_on=date(2025, 9, 1), left_on=date(2026, 3, 2), leaving_reason="Permanent exclusion"
    )  # fmt: skip
    with pytest.raises(StepRefused, match="permanently excluded"):
        choose(full)
    consulted(one, school, day)
    choose(school)
    deciding.tell_schools(order_id=one.pk, by=one.owner, at=at(day))
    paper = one.papers.get(to="governors")
    assert paper.last_day is not None and clock_of(paper, "sao-school-objection").last_day == paper.last_day
    with pytest.raises(StepRefused, match=r"has until .* to ask the Secretary of State"):
        writing.send(order_id=one.pk, kind="intention", by=one.owner, at=at(paper.last_day))
    when, last = paper.last_day + DAY, paper.last_day

    def objected(direction: str = "", on: date | None = None, asked_on: date = last) -> None:
        deciding.object_(
            paper_id=paper.pk,
            on=asked_on,
            text="No place.",
            direction=direction,
            directed_on=on,
            by=one.owner,
            at=at(when),
        )

    for wrong in (when, day - DAY):  # after its time, and before it was told
        with pytest.raises(StepRefused, match="give a day in its time"):
            objected(asked_on=wrong)
    with pytest.raises(StepRefused, match="cannot have come before"):
        objected("not", day)
    objected()
    with pytest.raises(StepRefused, match="wait for it"):
        writing.send(order_id=one.pk, kind="intention", by=one.owner, at=at(when))
    objected("not", when)
    with pytest.raises(StepRefused, match="choose another school"):
        writing.send(order_id=one.pk, kind="intention", by=one.owner, at=at(when))
    one = writing.go_on(order_id=one.pk, step="again", by=one.owner, at=at(when))
    assert (one.state, one.school, one.papers.filter(current=True).count()) == ("school", None, 0)


def test_a_parent_chooses_another_school_and_the_order_names_it() -> None:
    other, unknown = a_named_school(), a_named_school()
    pupil = a_child_on_no_roll()
    one, day = intended(begun(pupil, [a_parent(pupil), a_parent(pupil)]), others=(other,))
    mother, father = one.parents.order_by("pk")
    sent = one.notices.filter(kind="intention")[0].service.sent_on  # type: ignore[union-attr]
    with pytest.raises(StepRefused, match="to choose another school"):
        writing.go_on(order_id=one.pk, step="time_over", by=one.owner, at=at(day - DAY))

    def chose(parent: Any, school: Any, place: str = "") -> AttendanceOrder:
        return deciding.chosen(
            order_id=one.pk,
            parent_id=parent.pk,
            school=school,
            place=place,
            on=sent,
            by=one.owner,
            at=at(sent),
        )

    with pytest.raises(StepRefused, match="once it has a place"):
        chose(mother, unknown)
    assert chose(mother, other).school == other
    with pytest.raises(StepRefused, match="agree with both"):
        chose(father, unknown, "The admissions team, today.")
    writing.choice_over(on=day - DAY, at=at(day))
    assert AttendanceOrder.objects.get(pk=one.pk).state == "intention"
    writing.choice_over(on=day, at=at(day))
    one = writing.send(order_id=one.pk, kind="order", by=one.owner, at=at(day))
    assert one.notices.filter(kind="order").count() == 2
    assert {p.school for p in one.papers.filter(kind="order")} == {other}
    assert other.name in one.notices.filter(kind="order")[0].document.values["school"]  # type: ignore[union-attr]


def test_the_school_is_asked_in_its_own_school_days_and_not_complying_is_known_after_the_third() -> None:
    one, day = served()
    days = posting.check_days(one)
    lasts = [answer.last_day for answer in days.values() if answer]
    assert len(lasts) == 3 and [clock_of(one, rule).last_day for rule in posting.CHECKS] == lasts

    def check(on: date, registered: bool = False) -> None:
        following.check(
            order_id=one.pk, on=on, registered=registered, text="The office says.", by=one.owner, at=at(on)
        )

    [card] = [
        block for block in own.blocks(one.owner, lasts[0]) if block.title.startswith("Attendance orders")
    ]
    assert (card.rows[0].note, card.rows[0].tag, card.kind) == ("ask the school", "Due today", "")
    for last in lasts:
        one.refresh_from_db()
        assert following.not_complied(one) is None
        check(last)
    one = AttendanceOrder.objects.get(pk=one.pk)
    failed = following.not_complied(one)
    assert failed is not None and (failed.first, failed.last) == (day, lasts[2])
    assert failed.parents == ((one.parents.get(), day),)
    assert not Deadline.objects.open().filter(rule__in=posting.CHECKS).exists()
    writing.send(order_id=one.pk, kind="reminder", by=one.owner, at=at(lasts[2]))

    # s.440: a parent asks for another school, which has a place; everything begins anew, and it is enrolled
    manager, school, when = UserFactory(role="service_manager"), a_named_school(), lasts[2] + DAY
    said: dict[str, Any] = {
        "school": school,
        "because": "Its office offered a place.",
        "by": manager,
        "at": at(when),
    }
    with pytest.raises(StepRefused, match="whom you consulted"):
        following.amend(order_id=one.pk, ground_="council", parent_id=None, **said)
    following.amend(order_id=one.pk, ground_="parent", parent_id=failed.parents[0][0].pk, **said)
    one = AttendanceOrder.objects.get(pk=one.pk)
    assert one.school == school and one.served_on is not None and one.served_on > when
    assert following.not_complied(one) is None and one.notices.filter(kind="amendment").count() == 1
    assert clock_of(one, posting.CHECKS[0]).state == "open"
    check(one.served_on, registered=True)
    one.refresh_from_db()
    assert (
        one.enrolled_on == one.served_on
        and not Deadline.objects.open().filter(rule__in=posting.CHECKS).exists()
    )


def test_a_request_is_decided_with_reasons_and_a_refusal_names_the_secretary_of_state() -> None:
    pupil = a_child_on_no_roll()
    one, day = served(begun(pupil, [a_parent(pupil), a_parent(pupil)]))
    mother, manager = one.parents.order_by("pk")[0], UserFactory(role="service_manager")

    def ask() -> Any:
        return ending.ask_revocation(
            order_id=one.pk, parent_id=mother.pk, asked_on=day, says="A tutor.", by=one.owner, at=at(day)
        )

    request = ask()
    assert clock_of(request, "sao-revocation-decision").state == "open"
    with pytest.raises(StepRefused, match="decide on that first"):
        ask()

    def decide(asked_: Any, arranged: bool, **said: str) -> None:
        words = {"reasons": "One morning a week is not full-time.", "evidence": "The plan.", **said}
        ending.decide_revocation(revocation_id=asked_.pk, arranged=arranged, by=manager, at=at(day), **words)

    with pytest.raises(StepRefused, match="reasons"):
        decide(request, False, reasons="")
    decide(request, False)
    letter = one.notices.get(kind="revocation")
    assert (
        letter.parent == mother and letter.document is not None and letter.document.values["revoked"] is False
    )
    decide(ask(), True)
    one.refresh_from_db()
    assert (one.state, one.ending) == ("ended", "revoked")
    assert one.notices.filter(kind="ended").count() == 1  # the other parent
    assert not Deadline.objects.open().filter(about_kind__startswith="orders.").exists()


def test_a_conviction_is_treated_as_spending_the_order_until_a_person_decides_otherwise() -> None:
    one, day = served()
    manager = UserFactory(role="service_manager")
    ending.convicted(order_id=one.pk, on=day, by=manager, at=at(day))
    one.refresh_from_db()
    assert (one.state, one.ending) == ("ended", "spent")
    with pytest.raises(StepRefused, match="reasons"):
        ending.stands(order_id=one.pk, reasons=" ", by=manager, at=at(day))
    ending.stands(order_id=one.pk, reasons="Legal advise that it stands.", by=manager, at=at(day))
    one = AttendanceOrder.objects.get(pk=one.pk)
    assert one.state == "served" and one.stands is not None
    answer = posting.check_days(one)[posting.CHECKS[-1]]
    assert answer is not None
    following.check(
        order_id=one.pk,
        on=answer.last_day,
        registered=False,
        text="No.",
        by=one.owner,
        at=at(answer.last_day),
    )
    failed = following.not_complied(AttendanceOrder.objects.get(pk=one.pk))
    assert failed is not None and failed.first == day + DAY
    ending.convicted(order_id=one.pk, on=answer.last_day, by=manager, at=at(answer.last_day))
    begun(one.pupil)
    with pytest.raises(StepRefused, match="new road is open"):
        ending.stands(order_id=one.pk, reasons="Still.", by=manager, at=at(answer.last_day))

    court, day = served()
    ending.acquitted(order_id=court.pk, directed=False, on=day, by=manager, at=at(day))
    assert AttendanceOrder.objects.get(pk=court.pk).state == "served"
    ending.acquitted(order_id=court.pk, directed=True, on=day, by=manager, at=at(day))
    assert AttendanceOrder.objects.get(pk=court.pk).ending == "court"


def test_it_ends_by_age_by_a_supervision_order_and_where_two_records_are_one() -> None:
    old = begun(a_child_on_no_roll(date_of_birth=date(2011, 3, 9)))
    ending.over_age(on=date(2027, 6, 25), at=at(BEGUN))
    assert AttendanceOrder.objects.get(pk=old.pk).state == "enquiries"
    ending.over_age(on=date(2027, 6, 26), at=at(BEGUN))
    assert AttendanceOrder.objects.get(pk=old.pk).ending == "over_age"

    one, by = begun(), UserFactory(role="senior_ewo")
    kept = begun()
    pupils_merged.send(kept=kept.pupil, other=one.pupil, moved={}, by=by, at=at(BEGUN))
    one.refresh_from_db()
    assert (one.ending, one.pupil) == ("in_error", kept.pupil)
    parent, double = kept.parents.get(), a_parent(kept.pupil)
    parents_merged.send(kept=double, other=parent, moved={}, by=by, at=at(BEGUN))
    assert kept.parents.get() == double

    pupil = a_child()
    order = SupervisionOrder.objects.create(case=a_case(pupil), state="in_force", state_since=at(BEGUN))
    kept.pupil = pupil
    kept.save()
    providers.supervision_made.send(order=order, by=by, at=at(BEGUN))
    kept.refresh_from_db()
    assert kept.ending == "supervision"
    hand = begun()
    ending.end(
        order_id=hand.pk,
        ending="satisfied",
        because="A plan.",
        told="Thank you.",
        on=BEGUN,
        by=hand.owner,
        at=at(BEGUN),
    )
    with pytest.raises(StepRefused):
        ending.end(
            order_id=hand.pk, ending="moved", because="Gone.", told="", on=BEGUN, by=hand.owner, at=at(BEGUN)
        )
    assert Entry.objects.filter(pupil=hand.pupil, title__contains="ended: suitable education shown").exists()


def test_its_pages_say_who_what_and_why_not() -> None:
    one, _ = intended(others=(a_named_school(kind="Academy converter"),))
    client, manager = Client(), UserFactory(role="service_manager")
    client.force_login(manager)
    page = client.get(reverse("attendance_order", args=[one.pk])).content.decode()
    for words in ("confirm with legal", "the time to choose is over", one.school.name, "Papers to schools"):  # type: ignore[union-attr]
        assert words.casefold() in page.casefold(), words
    parent = one.parents.get()
    for kind in ("letter", "first", "intention", "order"):
        shown = client.get(reverse("attendance_order_letter", args=[one.pk, kind, parent.pk]))
        assert shown.content.startswith(b"%PDF"), kind
    found = client.get(reverse("attendance_orders")).content.decode()
    assert one.number in found
    assert one.number in client.get(reverse("attendance_orders_export", args=["csv"])).getvalue().decode()
    assert (
        "No attendance order fits"
        in client.get(reverse("attendance_orders") + "?state=expediency").content.decode()
    )
    assert by_number(manager, f"ao {one.pk}")[0].href == reverse("attendance_order", args=[one.pk])
    notice = one.notices.first()
    assert notice is not None and address("orders.attendanceordernotice", str(notice.pk)) == address(
        "orders.attendanceorder", str(one.pk)
    )
    assert f"Attendance order {one.number}" in {line.text for line in lines(one.pupil, manager)}
    head = UserFactory(role="head_teacher", school=one.school)
    assert (
        not any("Attendance order" in line.text for line in lines(one.pupil, head))
        and by_number(head, one.number) == []
    )
    child = a_child_on_no_roll()
    parent = a_parent(child)
    said = {
        "because": "At home.", "received_on_day": "3", "received_on_month": "9", "received_on_year": "2026", "parents": [parent.pk],
        "regime": "CWSA2026",
    }  # fmt: skip
    refused = client.post(reverse("attendance_order_begin", args=[child.pk]), said)
    assert refused.status_code == 400 and "No day is appointed" in refused.content.decode()
    made = client.post(reverse("attendance_order_begin", args=[child.pk]), {**said, "regime": "EA1996-437"})
    assert made.status_code == 302 and AttendanceOrder.objects.filter(pupil=child, owner=manager).exists()
    registered = client.get(reverse("attendance_order_begin", args=[PupilFactory().pk])).content.decode()
    assert "absence of a registered pupil is not this road" in registered
