"""A prosecution through its pages: proposed, considered, tested, authorised, charged, answered; what stops it, in words."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import factories_attendance_orders as attendance_orders
from tests import factories_orders as orders
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_cases import a_case
from tests.factories_court import a_prosecution
from tests.factories_penalties import a_parent, absent
from tests.unit.documents.reading import pages_of

from mainstay.law import deadlines as law
from mainstay.law import defences, limitation
from mainstay.service.accounts.models import User
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.court import blockers, clocks, proving, values
from mainstay.service.court import grounds as orders_grounds
from mainstay.service.court.actions.sittings import put_onto
from mainstay.service.court.actions.testing import FACTORS
from mainstay.service.court.models import Court, Prosecution, Sitting
from mainstay.service.directory.models import Parent
from mainstay.service.documents import proving as papers_proving
from mainstay.service.documents.service import correct_posting, prove
from mainstay.service.documents.wording import set_text
from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions import supervision_directing as directing
from mainstay.service.orders.models import AttendanceOrder, Consideration
from mainstay.service.penalties import providers as penalties
from mainstay.service.record.models import Deadline
from mainstay.service.record.reminders import remind

pytestmark = pytest.mark.django_db
REASONS = dict.fromkeys(
    ("evidence", "support_tried", "circumstances", "alternatives", "reasons"), "Written down with care."
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Goes to a moment; a Monday in term to begin with."""

    def go(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(at(hour=14))
    return go


@pytest.fixture(autouse=True)
def evidence_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """What evidence must hold has tests of its own (``integration.court.test_court_bundles.py``)."""
    monkeypatch.setattr(blockers, "evidence", [])


class Person:
    """Somebody of a role at their pages."""

    def __init__(self, role: str) -> None:
        self.user: User = UserFactory(role=role)
        self.client = Client()
        self.client.force_login(self.user)

    def post(self, name: str, pk: int, **data: Any) -> Any:
        """The page it leads to, or the page again."""
        self.client.force_login(self.user)  # however much time has passed
        return self.client.post(reverse(name, args=[pk]), data, follow=True)

    def see(self, name: str, pk: int) -> str:
        self.client.force_login(self.user)
        response = self.client.get(reverse(name, args=[pk]))
        assert response.status_code == 200, (name, response.status_code)
        return response.content.decode()


def day(name: str, on: date) -> dict[str, int]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def proposed(
    officer: Person, offence: str = "444(1)", parents: int = 1, child: Any = None
) -> list[Prosecution]:
    child = child or absent()
    case = a_case(child, owner=officer.user)
    asked = [a_parent(child, date_of_birth=date(1988, 4, 2)) for _ in range(parents)]
    keys = _advised(officer.see("prosecution_propose", case.pk))
    assert len(keys) == 12
    response = officer.post(
        "prosecution_propose",
        case.pk,
        parents=[p.pk for p in asked],
        offence=offence,
        sessions=keys,
        **REASONS,
    )
    assert response.status_code == 200, response.content.decode()
    return list(Prosecution.objects.filter(case=case).order_by("pk"))


def _advised(html: str) -> list[str]:
    boxes = [part.split(">")[0] for part in html.split('name="sessions" value="')[1:]]
    return [box.split('"')[0] for box in boxes if "checked" in box]


def considered(one: Prosecution, outcome: str = "not_appropriate") -> None:
    by = UserFactory(role="senior_ewo")
    decision = decide(
        by=by, at=at(), kind="order.consideration", outcome=outcome, reasons="Help goes on without one."
    )
    Consideration.objects.create(
        case=one.case, outcome=outcome, decision=decision, welfare="Weighed.", no_order="Nothing gained.", consulted="Social care."
    )  # fmt: skip


def answers(one: Prosecution, **other: str) -> dict[str, Any]:
    """Every defence asked about, nothing raised; other: findings that differ, by code."""
    data: dict[str, Any] = {}
    for n, defence in enumerate(defences.of(one.offence)):
        data[f"finding_{n}"] = other.get(defence.code, "not_raised")
        data[f"evidence_{n}"] = "A letter of the surgery." if defence.code in other else ""
    return data


def the_test(outcome: str = "authorise", **other: str) -> dict[str, Any]:
    said = {
        "evidential": "met", "evidential_because": "The register proves it, and no defence stands.",
        "public_interest": "met", "outcome": outcome, "reasons": "Help did not change enough.",
        **{f"factor_{name}": "Weighed." for name in FACTORS},
    }  # fmt: skip
    return {**said, **other}


def authorised(one: Prosecution, officer: Person, legal: Person, outcome: str = "authorise") -> Prosecution:
    """To the evidence, by the four people it takes."""
    considered(one)
    officer.post("prosecution_consider", one.pk)
    officer.post("prosecution_defences", one.pk, **answers(one))
    officer.post("prosecution_test", one.pk, **the_test(outcome))
    legal.post("prosecution_review", one.pk, agrees="yes")
    manager = Person("service_manager")
    manager.post(
        "prosecution_authorise",
        one.pk,
        decision="authorise",
        delegated_power="Part 3, 7.1",
        reasons="It is right.",
    )
    one.refresh_from_db()
    assert one.state == "evidence", one.state
    return one


def test_single_justice_from_the_proposal_to_no_reply(clock: Callable[[datetime], None]) -> None:
    officer, legal = Person("ewo"), Person("legal_coordinator")
    one, sibling = proposed(officer, parents=2)
    assert (one.state, len(one.sessions)) == ("proposed", 12)
    limit = Deadline.objects.get(about_kind="court.prosecution", about_id=str(one.pk), rule=clocks.LIMIT)
    assert (limit.last_day, len(limit.answer["alerts"])) == (one.safe_date, 4)

    # an order first: refused in words until one was considered
    response = officer.post("prosecution_consider", one.pk)
    assert "considers an education supervision order first" in response.content.decode()
    considered(one)
    officer.post("prosecution_consider", one.pk)
    # the defences: one is open, and another stands for two sessions
    said = answers(one, sickness_or_unavoidable_cause="open")
    officer.post("prosecution_defences", one.pk, **said)
    officer.post("prosecution_test", one.pk, **the_test())
    response = legal.post("prosecution_review", one.pk, agrees="yes")
    assert "raised and not answered yet" in response.content.decode()
    keys = [f"{s['date']} {s['half']}" for s in one.sessions[:2]]
    said = answers(one, sickness_or_unavoidable_cause="stands") | {"sessions_1": keys}
    officer.post("prosecution_defences", one.pk, **said)
    # legal approves, the manager decides, and nobody decides on their own proposal
    assert officer.client.get(reverse("prosecution_review", args=[one.pk])).status_code == 403
    legal.post("prosecution_review", one.pk, agrees="yes")
    manager = Person("service_manager")
    page = manager.see("prosecution", one.pk)
    assert "Authorise the prosecution" in page and "Weighed." in page
    assert "Weighed." not in Person("business_support").see("prosecution", one.pk)  # privileged
    decision = {"decision": "authorise", "delegated_power": "Part 3, 7.1", "reasons": "It is right."}
    Prosecution.objects.filter(pk=one.pk).update(investigator=manager.user)
    response = manager.post("prosecution_authorise", one.pk, **decision)
    assert "other than the investigator" in response.content.decode()
    Prosecution.objects.filter(pk=one.pk).update(investigator=officer.user)
    manager.post("prosecution_authorise", one.pk, **decision)
    legal.post("prosecution_evidence_ready", one.pk)
    one.refresh_from_db()
    assert (one.state, one.legal_owner, one.delegated_power) == ("ready", legal.user, "Part 3, 7.1")

    # the charge: looked at, refused without an address for pleas, issued
    page = legal.see("prosecution_charge", one.pk)
    assert "10 sessions" in page and one.case.pupil.initials in page
    wording = page.split('name="wording"')[1].split(">", 1)[1].split("</textarea>")[0].strip()
    charge = {
        "route": "sjp",
        "wording": wording,
        "facts": "The register shows it.",
        "method": "first_class_post",
    }
    assert (
        "where a defendant sends the reply"
        in legal.post("prosecution_charge", one.pk, **charge).content.decode()
    )
    plea = {
        "name": "plea_address",
        "value": "An invented centre\nZZ99 9ZZ",
        "since": TODAY,
        "reason": "As the court says.",
    }
    values.set_value(**plea, by=manager.user, at=at())
    pdf = legal.client.post(reverse("prosecution_charge", args=[one.pk]), {**charge, "do": "look"})
    assert pdf.content.startswith(b"%PDF")
    response = legal.post("prosecution_charge", one.pk, **charge)
    assert "The charge is issued and served" in response.content.decode()
    one.refresh_from_db()
    assert one.charge_service and one.charge_document
    assert (one.state, one.issued_on, len(one.sessions)) == ("single_justice", TODAY, 10)
    assert one.answer["allowed"] and len(one.answer["relies_on"]) == 10
    posted = date(2026, 11, 25)  # the second business day
    assert one.charge_service.presumed_on == posted
    assert one.reply_by == law.find("sjp-reply", posted).last_day
    with pikepdf.open(BytesIO(store.read(one.charge_document.file))) as made:
        assert "/StructTreeRoot" in made.Root and len(made.pages) >= 3

    # the charge and its paper are what the trail says they were
    file = store.path_of(one.charge_document.file)
    data = file.read_bytes()
    for each in (proving, papers_proving):
        assert each.check(lambda done: None).faults == []
    Prosecution.objects.filter(pk=one.pk).update(facts=f"{one.facts} ")
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    [row], [paper] = (each.check(lambda done: None).faults for each in (proving, papers_proving))
    assert row == f"The charge of {one.number} is not as it was frozen."
    assert paper.startswith(f"Document {one.charge_document_id} ({one.charge_document.title}, ")
    Prosecution.objects.filter(pk=one.pk).update(facts=one.facts)
    file.write_bytes(data)

    # its time to reply follows the day of service; nobody says "no reply" before it is over
    clock(at(date(2026, 11, 26)))
    correct_posting(
        service=one.charge_service, sent_on=date(2026, 11, 24), reason="Posted a day later.", by=legal.user, at=at(date(2026, 11, 26))
    )  # fmt: skip
    one.refresh_from_db()
    assert one.reply_by == law.find("sjp-reply", date(2026, 11, 26)).last_day
    nothing = {"plea": "none", **day("on", date(2026, 11, 26))}
    assert "can reply until" in legal.post("prosecution_reply", one.pk, **nothing).content.decode()
    clock(at(one.reply_by + timedelta(days=1)))
    assert "tried on the papers" in legal.see("prosecution", one.pk)
    legal.post("prosecution_reply", one.pk, plea="none", **day("on", one.reply_by + timedelta(days=1)))
    one.refresh_from_db()
    assert (one.plea, one.state) == ("none", "single_justice")
    legal.post("prosecution_certify", one.pk, how="I posted it at the Civic Centre.")
    assert (
        one.charge_document.__class__.objects.filter(
            about_kind="court.prosecution", kind="certificate_of_service"
        ).count()
        == 1
    )
    # the sessions are charged for this parent and free for the other; a notice is told of both
    pairs = [(one.parent_id, one.case.pupil_id), (sibling.parent_id, one.case.pupil_id)]
    known = penalties.prosecutions_of(pairs)
    assert {pair: (len(found.charged), found.before) for pair, found in known.items()} == {
        pairs[0]: (10, True), pairs[1]: (0, False),
    }  # fmt: skip
    assert set(penalties.proceedings_of(pairs, known)) == set(pairs)
    again = officer.post(
        "prosecution_propose",
        one.case_id,
        parents=[sibling.parent_id],
        offence="444(1)",
        sessions=keys,
        **REASONS,
    )
    assert "is under way already" in again.content.decode()


def test_the_aggravated_offence_is_never_for_a_single_justice_and_is_listed() -> None:
    officer, legal = Person("ewo"), Person("legal_coordinator")
    (one,) = proposed(officer, offence="444(1A)")
    one = authorised(one, officer, legal)
    legal.post("prosecution_evidence_ready", one.pk)
    court = Court.objects.create(name="Invented magistrates’ court", address="1 Invented Road\nZZ99 9ZZ")
    sitting = Sitting.objects.create(court=court, starts=at(date(2027, 1, 11)))
    page = legal.see("prosecution_charge", one.pk)
    assert "only for an offence without imprisonment" in page
    charge = {"wording": "Between … and …", "facts": "The register shows it.", "method": "hand"}
    refused = legal.post("prosecution_charge", one.pk, route="sjp", **charge).content.decode()
    assert "choose a requisition or charge 444(1)" in refused
    legal.post("prosecution_charge", one.pk, route="requisition", sitting=sitting.pk, **charge)
    one.refresh_from_db()
    assert one.state == "listed" and one.hearings.get().sitting == sitting and one.reply_by is None
    # discontinued on new facts, with a decision
    page = legal.post("prosecution_stop", one.pk, because="other", reasons="The surgery wrote.")
    assert "Hearings to come are taken off" in page.content.decode()
    legal.post("court_discontinue", one.pk, reasons="The surgery wrote.", way="post")
    one.refresh_from_db()
    assert one.results.get().letter_id is not None
    assert one.state == "stopped" and one.stopped_because == "discontinued" and one.stopping is not None


@pytest.mark.parametrize("route", ["summons", "requisition"])
def test_a_parent_summoned_or_required_is_heard_and_convicted(
    clock: Callable[[datetime], None], route: str
) -> None:
    officer, legal = Person("ewo"), Person("legal_coordinator")
    (one,) = proposed(officer)
    one = authorised(one, officer, legal)
    legal.post("prosecution_evidence_ready", one.pk)
    Parent.objects.filter(pk=one.parent_id).update(language="Polish")
    written = {"summons": "summons_served", "requisition": "charge_requisition"}[route]
    set_text(
        template=written, slot="opening", text="We are sorry to have to write this.", since=TODAY, reason="Kinder.",
        by=Person("service_manager").user, at=at(),
    )  # fmt: skip
    court = Court.objects.create(name="Invented magistrates’ court", address="1 Invented Road\nZZ99 9ZZ")
    sitting = Sitting.objects.create(court=court, starts=at(date(2026, 12, 14)))
    charge = {"wording": "Between … and …", "facts": "The register shows it.", "method": "first_class_post"}
    legal.post("prosecution_charge", one.pk, route=route, sitting=sitting.pk, court=court.pk, **charge)
    one.refresh_from_db()
    if route == "summons":
        assert one.state == "summons" and not one.hearings.exists() and one.charge_service is not None
        assert one.charge_service.addressee is None  # it went to the court
        assert "Summons applied for" in legal.see("prosecution", one.pk)
        with pytest.raises(StepRefused, match="not before the court"):
            put_onto(sitting_id=sitting.pk, prosecution_ids=[one.pk], kind="", by=legal.user, at=at())
        clock(at(date(2026, 11, 26)))
        said = {"sitting": sitting.pk, "court_number": "IN/26/1", "method": "first_class_post"}
        early = legal.post("prosecution_summons", one.pk, **said, **day("issued_on", date(2026, 11, 20)))
        assert "issued after it was applied for" in early.content.decode()
        text = SimpleUploadedFile("summons.txt", b"Plain words")
        wrong = legal.post(
            "prosecution_summons", one.pk, **said, **day("issued_on", date(2026, 11, 25)), file=text
        )
        assert wrong.status_code == 400 and "save" in wrong.content.decode()
        blank = BytesIO()
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(blank)
        paper = SimpleUploadedFile("summons.pdf", blank.getvalue())
        legal.post("prosecution_summons", one.pk, **said, **day("issued_on", date(2026, 11, 25)), file=paper)
        one.refresh_from_db()
        kept = legal.client.get(reverse("prosecution_summons_file", args=[one.pk]))
        assert kept["Content-Type"] == "application/pdf"
        assert one.court_number == "IN/26/1"
    hearing, service = one.hearings.get(), one.charge_service
    assert one.state == "listed" and hearing.sitting == sitting
    assert service is not None and service.addressee == one.parent and service.presumed_on is not None
    english, polish = (
        pages_of(store.read(service.document.file))[0],
        pages_of(store.read(service.document.file))[-1],
    )
    assert "We are sorry to have to write this." in english and "14 grudnia 2026" in polish
    rules = Deadline.objects.open().filter(about_kind__startswith="court.").values_list("rule", flat=True)
    assert set(rules) == {"result-recorded"}
    clock(at(date(2026, 12, 14), 17))
    legal.post("hearing", hearing.pk, notes="Nobody came.", outcome="decided", in_absence="on")
    legal.post("court_result_new", one.pk, verdict="convicted", fine="146")
    one.refresh_from_db()
    assert one.state == "decided" and one.results.get().convicted


def test_the_lesser_offence_more_evidence_and_a_test_that_is_not_met() -> None:
    officer, legal = Person("ewo"), Person("legal_coordinator")
    one, other = proposed(officer, offence="444(1A)", parents=2)
    considered(one)
    for each in (one, other):
        officer.post("prosecution_consider", each.pk)
        officer.post("prosecution_defences", each.pk, **answers(each))
    wrong = officer.post("prosecution_test", one.pk, **the_test(public_interest="not_met"))
    assert "only where it is in the public interest" in wrong.content.decode()
    officer.post("prosecution_test", one.pk, **the_test("lesser"))
    assert "what is missing" in legal.post("prosecution_review", one.pk, agrees="no").content.decode()
    legal.post("prosecution_review", one.pk, agrees="no", because="A statement of the school.")
    one.refresh_from_db()
    assert one.state == "testing"
    legal.post("prosecution_review", one.pk, agrees="yes")
    officer.post("prosecution_test", other.pk, **the_test("stop", public_interest="not_met"))
    legal.post("prosecution_review", other.pk, agrees="yes")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.offence) == ("authorising", "444(1)")
    assert (other.state, other.stopped_because) == ("stopped", "code_test")
    refusal = {"decision": "refuse", "reasons": "Help has only begun."}
    Person("service_manager").post("prosecution_authorise", one.pk, **refusal)
    one.refresh_from_db()
    assert (one.state, one.stopped_because) == ("stopped", "refused")


def test_an_order_sought_instead_and_the_outer_date_stop_it(clock: Callable[[datetime], None]) -> None:
    officer = Person("ewo")
    (one,) = proposed(officer)
    considered(one, "apply_instead")
    assert "sought instead of a prosecution" in officer.post("prosecution_consider", one.pk).content.decode()
    # each of the four alarms reminds whoever has it in hand, once
    for weeks in (8, 4, 2):
        alarm = one.safe_date - timedelta(weeks=weeks)
        clock(at(alarm))
        before = Message.objects.filter(to=officer.user.email).count()
        for _ in range(2):
            remind(on=alarm, last=None)
        assert Message.objects.filter(to=officer.user.email).count() == before + 1, weeks
    # past the safe date the page warns and late absences are left out; after the outer date nothing goes on
    clock(at(one.safe_date + timedelta(days=1)))
    assert "Past the safe date" in officer.see("prosecution", one.pk)
    listed = officer.client.get(reverse("prosecutions"), {"limit": "past"}).content.decode()
    assert one.number in listed
    clocks.run_out(on=one.outer_date, last=None)
    one.refresh_from_db()
    assert one.state == "proposed"
    clock(at(one.outer_date + timedelta(days=1)))
    considered(one)
    assert "out of time" in officer.post("prosecution_consider", one.pk).content.decode()
    clocks.run_out(on=one.outer_date + timedelta(days=1), last=None)
    one.refresh_from_db()
    assert (one.state, one.stopped_because) == ("stopped", "out_of_time")
    assert not Deadline.objects.open().filter(about_kind="court.prosecution").exists()
    assert "No charge was issued, and none can be" in officer.see("pupil_chronology", one.case.pupil_id)


def test_sessions_are_picked_anew_and_lists_are_exported() -> None:
    officer, legal = Person("ewo"), Person("legal_coordinator")
    (one,) = proposed(officer)
    keys = [f"{s['date']} {s['half']}" for s in one.sessions]
    assert "Say why" not in officer.see("prosecution_pick", one.pk)
    officer.post("prosecution_pick", one.pk, sessions=keys[4:], because="The first days were explained.")
    one.refresh_from_db()
    assert len(one.sessions) == 8 and one.offence_from.isoformat() == keys[4][:10]
    considered(one)
    officer.post("prosecution_consider", one.pk)
    refused = officer.post("prosecution_pick", one.pk, sessions=keys, because="All of them after all.")
    assert "taken away, and none added" in refused.content.decode()
    csv = legal.client.get(reverse("prosecutions_export", args=["csv"])).getvalue().decode()
    assert one.number in csv and one.case.pupil.surname in csv
    home = legal.client.get("/").content.decode()
    assert "Limitation clocks" in home and one.number in home
    hit = officer.client.post(reverse("search"), {"q": one.number}, follow=True)
    assert reverse("prosecution", args=[one.pk]) in str(hit.redirect_chain) + hit.content.decode()
    assert "Prosecutions" in officer.see("case", one.case_id)


def test_court_values_keep_their_history_and_refuse_what_they_cannot_be() -> None:
    legal = Person("legal_coordinator")
    page = reverse("court_value_set", args=["wording_444_1"])
    since = day("since", TODAY)
    wrong = legal.client.post(
        page, {"value": "Since {from}, {child} and {somebody}", "reason": "New.", **since}
    )
    assert "cannot take in {somebody}" in wrong.content.decode()
    legal.client.post(page, {"value": "From {from}: {child}.", "reason": "Counsel advised it.", **since})
    shown = legal.client.get(reverse("court_values")).content.decode()
    assert "Counsel advised it." in shown and "From {from}: {child}." in shown
    assert (
        values.in_force(TODAY - timedelta(days=1))["wording_444_1"] == values.VALUES["wording_444_1"].default
    )


def test_legal_sees_no_school_and_a_restricted_child_by_initials_alone() -> None:
    one = a_prosecution()
    one.case.pupil.restricted = True
    one.case.pupil.save()
    legal = Person("legal_coordinator")
    listed = legal.client.get(reverse("prosecutions")).content.decode()
    assert one.case.pupil.initials in listed and one.parent.surname not in listed
    assert legal.client.get(reverse("prosecution", args=[one.pk])).status_code == 302


def whole_form(first: date, last: date, parents: list[Any], offence: str) -> dict[str, Any]:
    return {
        "parents": [parent.pk for parent in parents],
        "offence": offence,
        **day("first", first),
        **day("last", last),
        **REASONS,
    }


def test_persistent_failure_under_a_supervision_order_is_proposed_against_the_parent_it_is_judged_of(
    clock: Callable[[datetime], None],
) -> None:
    order = orders.made()
    clock(at(date(2026, 11, 30)))
    officer = Person("senior_ewo")
    mother, father = order.case.pupil.parenthoods.get().parent, a_parent(order.case.pupil)
    assert orders_grounds.NOT_JUDGED in officer.see("prosecution_of_supervision", order.pk)
    first = orders.breached(orders.directed(order, mother.pk))
    last = orders.breached(orders.directed(order, mother.pk))
    disregarded = orders.breached(
        orders.directed(order, father.pk), clashed_with="An order of the youth court"
    )
    directing.warn(order_id=order.pk, row_id=first.pk, by_hand=True, by=officer.user, at=at(last.on))
    with pytest.raises(StepRefused, match="disregarded"):
        directing.warn(
            order_id=order.pk, row_id=disregarded.pk, by_hand=True, by=officer.user, at=at(last.on)
        )
    with pytest.raises(StepRefused, match="One failure is not persistent"):
        directing.judge(order_id=order.pk, to_parent=father.pk, because="X.", by=officer.user, at=at(last.on))
    directing.judge(order_id=order.pk, to_parent=mother.pk, because="Often.", by=officer.user, at=at(last.on))
    page = officer.see("supervision_order", order.pk)
    assert "Propose a prosecution" in page and "A prosecution is in time until Monday 24 May 2027" in page
    form = officer.see("prosecution_of_supervision", order.pk)
    assert mother.name in form and father.name not in form and "failure known from" in form
    said = whole_form(first.on, last.on, [mother], "eso-breach")
    other = officer.client.post(
        reverse("prosecution_of_supervision", args=[order.pk]), {**said, "parents": [father.pk]}
    )
    assert other.status_code == 400 and not Prosecution.objects.exists()
    outside = {**said, **day("first", TODAY), **day("last", TODAY)}
    refused = officer.client.post(reverse("prosecution_of_supervision", args=[order.pk]), outside)
    assert refused.status_code == 400 and "Choose days within" in refused.content.decode()
    response = officer.post("prosecution_of_supervision", order.pk, **said)
    one = Prosecution.objects.get()
    assert response.redirect_chain[0][0] == reverse("prosecution", args=[one.pk])
    assert (one.offence, one.parent, one.supervision_order, one.case) == (
        "eso-breach",
        mother,
        order,
        order.case,
    )
    assert (one.offence_from, one.offence_to, one.sessions) == (first.on, last.on, [])
    assert (one.safe_date, one.outer_date) == (date(2027, 5, 24), date(2027, 5, 24))
    limit = Deadline.objects.get(about_kind="court.prosecution", about_id=str(one.pk), rule="limitation")
    assert limit.last_day == one.safe_date
    again = officer.client.post(reverse("prosecution_of_supervision", args=[order.pk]), said)
    assert again.status_code == 400 and "is under way already" in again.content.decode()
    page = officer.see("supervision_order", order.pk)
    assert f"{one.number} against {mother.name}" in page and reverse("prosecution", args=[one.pk]) in page


def test_an_attendance_order_not_complied_with_is_proposed_against_each_parent_and_the_order_shows_it(
    clock: Callable[[datetime], None],
) -> None:
    pupil = attendance_orders.a_child_on_no_roll()
    mother, father, third = a_parent(pupil), a_parent(pupil), a_parent(pupil)
    order, received = attendance_orders.served(attendance_orders.begun(pupil, [mother, father]))
    officer = Person("ewo")
    clock(attendance_orders.at(received))
    assert orders_grounds.NOT_KNOWN in officer.see("prosecution_of_attendance", order.pk)
    # the father shows that he got it later than the post presumes
    later = received + timedelta(days=1)
    prove(
        service=order.notices.get(kind="order", parent=father).service, received_on=later, proof="Signed for",
        by=officer.user, at=attendance_orders.at(later),
    )  # fmt: skip
    order = AttendanceOrder.objects.get(pk=order.pk)
    last = posting.check_days(order)[posting.CHECKS[-1]].last_day  # type: ignore[union-attr]
    following.check(
        order_id=order.pk,
        on=last,
        registered=False,
        text="The office.",
        by=order.owner,
        at=attendance_orders.at(last),
    )
    clock(attendance_orders.at(last))
    page = officer.see("attendance_order", order.pk)
    assert "Not complied with" in page and "Propose a prosecution" in page
    assert "One is in time until" in page
    form = officer.see("prosecution_of_attendance", order.pk)
    assert mother.name in form and father.name in form and third.name not in form
    said = whole_form(received, last, [mother, father], "443")
    officer.post("prosecution_of_attendance", order.pk, **said)
    made = list(Prosecution.objects.order_by("pk"))
    assert [(one.offence, one.parent, one.attendance_order) for one in made] == [
        ("443", mother, order), ("443", father, order),
    ]  # fmt: skip
    assert [(one.offence_from, one.offence_to) for one in made] == [
        (later, last),
        (later, last),
    ]  # it counts as served on both from the later day
    assert [one.safe_date for one in made] == [
        limitation.find(one.offence_from, one.offence_to).safe_date for one in made
    ]
    assert made[0].school == order.school and made[0].case.pupil == pupil
    page = officer.see("attendance_order", order.pk)
    assert all(f"{one.number} against {one.parent.name}" in page for one in made)
    # the day after the limit of its last day nothing is left to propose
    clock(at(made[0].outer_date + timedelta(days=1)))
    clocks.run_out(on=made[0].outer_date + timedelta(days=1), last=None)
    officer.client.force_login(officer.user)
    over = officer.client.post(reverse("prosecution_of_attendance", args=[order.pk]), said)
    assert over.status_code == 400 and "out of time" in over.content.decode()
