"""Supervision orders through their pages: considered on a case, taken step by step, seen by each as they may."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_orders import BORN, DIRECTED, MADE, breached, consulted, consulting, directed, made
from tests.factories_penalties import a_parent
from tests.factories_visits import investigated
from tests.unit.documents.reading import pages_of

from mainstay.service.documents import proving
from mainstay.service.orders import providers
from mainstay.service.orders.actions import supervision_directing
from mainstay.service.orders.actions.considering import CHECKLIST
from mainstay.service.orders.models import SupervisionOrder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Goes to a moment; a Monday in term to begin with."""

    def go(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        monkeypatch.setattr("mainstay.service.accounts.middleware.time", SimpleNamespace(time=now.timestamp))

    go(at(hour=14))
    return go


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def post(client: Client, page: str, /, *args: int, **said: Any) -> Any:
    return client.post(reverse(page, args=args), said)


def paper(client: Client, document: int | None) -> str:
    """What a stored document says, as this person gets it; its status where they do not."""
    response: Any = client.get(reverse("document", args=[document]))
    return " ".join(" ".join(pages_of(response.getvalue())).split()) if response.status_code == 200 else "404"


def test_from_the_case_to_an_order_in_force_step_by_step(clock: Callable[[datetime], None]) -> None:
    pupil = a_child(date_of_birth=BORN)
    a_parent(pupil)
    case = a_case(pupil)
    senior, officer, manager, legal = (
        UserFactory(role=role) for role in ("senior_ewo", "ewo", "service_manager", "legal_coordinator")
    )
    client = signed_in(senior)
    assert reverse("order_consider", args=[case.pk]) in text(client.get(reverse("case", args=[case.pk])))
    said = {
        **dict.fromkeys((*CHECKLIST, "consulted", "no_order", "evidence", "alternatives", "equality"), "Noted."),
        **day("consulted_on", MADE), "outcome": "apply_instead", "reasons": "",
    }  # fmt: skip
    refused = post(client, "order_consider", case.pk, **said)
    assert refused.status_code == 400 and "Noted." in text(refused)
    assert post(client, "order_consider", case.pk, **{**said, "reasons": "It helps more."}).status_code == 302
    one = SupervisionOrder.objects.get()
    page = text(client.get(reverse("order_consideration", args=[one.consideration_id])))
    assert "It helps more." in page and "Print it (PDF)" in page
    work = signed_in(officer)
    page = text(work.get(reverse("supervision_order", args=[one.pk])))
    assert "Consult the council’s own social care" in page or "own social care" in page
    post(work, "supervision_elsewhere", one.pk, elsewhere="no")
    post(
        work, "supervision_consult", one.pk, whom="own", name="Team", asked="All.", way="hand", address="", **day("asked_on", MADE)
    )  # fmt: skip
    row = one.consultations.get()
    assert "Do you object to an order" in paper(work, row.document_id)
    answered = dict.fromkeys(("known", "risk", "support", "objections"), "None.")
    assert (
        post(work, "supervision_answer", one.pk, row.pk, **answered, **day("answered_on", MADE)).status_code
        == 302
    )
    assert post(work, "supervision_to_plan", one.pk).status_code == 302
    words = dict.fromkeys(
        ("child_wishes", "parent_wishes", "plan", "draft_directions", "report"), "Written down."
    )
    assert post(work, "supervision_plan", one.pk, **words).status_code == 302
    row.refresh_from_db()
    assert "Answered on Monday 23 November 2026" in paper(work, row.answer_document_id)
    draft = work.get(reverse("supervision_plan_pdf", args=[one.pk]))
    assert "Draft: not authorised" in " ".join(pages_of(draft.content))
    assert "to authorise" in text(signed_in(manager).get(reverse("home")))
    assert post(signed_in(manager), "supervision_authorise", one.pk, reasons="Agreed.").status_code == 302
    court = signed_in(legal)
    one.refresh_from_db()
    plan = court.get(reverse("supervision_plan_pdf", args=[one.pk]))
    assert plan["Location"] == reverse("document", args=[one.plan_document_id])
    assert "Report to the court" in paper(court, one.plan_document_id)
    # what others post and file is not what was written about the family
    support = signed_in(UserFactory(role="business_support"))
    asked = [row.document_id, row.answer_document_id, one.plan_document_id]
    assert ["404" in paper(support, pk) for pk in asked] == [False, True, True]
    considered = one.consideration and one.consideration.document_id
    assert "404" in paper(signed_in(UserFactory(role="cme_officer")), considered)
    page = text(court.get(reverse("supervision_apply", args=[one.pk])))
    assert "Confirm with legal services" in page
    hearing = date(2026, 12, 9)
    post(
        court,
        "supervision_apply",
        one.pk,
        court="Inventon",
        forms="C110A",
        **day("applied_on", MADE),
        **day("hearing_on", hearing),
    )
    for respondent in one.respondents.all():
        assert (
            post(
                court, "supervision_serve", one.pk, respondent.pk, how="Hand", **day("served_on", MADE)
            ).status_code
            == 302
        )
    sent = [each.service for each in one.respondents.select_related("service__document")]
    assert all(s and s.document_id == one.plan_document_id and s.proved_on == MADE for s in sent)
    corrected = one.respondents.all()[0]
    clock(at(date(2026, 11, 24)))
    post(
        signed_in(legal),
        "supervision_serve",
        one.pk,
        corrected.pk,
        how="Clerk",
        **day("served_on", date(2026, 11, 24)),
    )
    corrected.refresh_from_db()
    assert corrected.service and (corrected.service.sent_on, corrected.service.proof) == (
        date(2026, 11, 24),
        "Clerk",
    )
    assert proving.check(lambda count: None).faults == []  # every paper stands in the chain
    clock(at(hour=14))
    court = signed_in(legal)
    refused = post(court, "supervision_made", one.pk, **day("made_on", hearing))
    assert refused.status_code == 400 and one.number in text(refused)  # a day to come
    assert post(court, "supervision_made", one.pk, **day("made_on", MADE)).status_code == 302
    page = text(court.get(reverse("supervision_order", args=[one.pk])))
    assert "In force until Monday 22 November 2027" in page and "Section 444 is displaced" in page
    assert "Name the supervising officer" in text(client.get(reverse("supervision_order", args=[one.pk])))


def test_what_each_sees_of_an_order_and_where_it_is_found() -> None:
    one = made()
    parent, officer = one.case.pupil.parenthoods.get().parent, one.supervisor
    first = breached(directed(one, parent.pk))
    breached(directed(one, parent.pk))
    supervision_directing.warn(order_id=one.pk, row_id=first.pk, by_hand=True, by=officer, at=at(DIRECTED))
    here = reverse("supervision_order", args=[one.pk])
    client = signed_in(officer)
    page = text(client.get(here))
    assert "Not at the gate." in page and "record a breach" in page and "2" in page
    assert "2 breaches recorded" in text(client.get(reverse("supervision_judge", args=[one.pk])))
    offered = [{"text": "Propose a prosecution", "href": "/somewhere/"}]
    providers.next_steps.register(lambda order, user: offered)
    try:
        assert "Propose a prosecution" not in text(client.get(here))
        supervision_directing.judge(
            order_id=one.pk, to_parent=parent.pk, because="Often.", by=officer, at=at(DIRECTED)
        )
        assert "Propose a prosecution" in text(client.get(here))
    finally:
        providers.next_steps._givers.pop()
    support = text(signed_in(UserFactory(role="business_support")).get(here))
    assert "Not at the gate." not in support and "SD-" in support
    assert signed_in(UserFactory(role="school_staff", school=one.case.school)).get(here).status_code == 403
    assert here in text(client.post(reverse("search"), {"q": one.number.lower()}, follow=True))
    assert here in text(client.get(reverse("pupil_cases", args=[one.case.pupil_id])))
    listed = reverse("supervision_orders")
    assert one.number in text(client.get(listed)) and one.number in text(
        client.get(listed, {"breached": "true", "scope": "mine"})
    )
    assert "No order fits these filters" in text(client.get(listed, {"state": "ended"}))
    export = client.get(reverse("supervision_orders_export", args=["csv"]))
    assert one.number in b"".join(export).decode()
    investigated(one.case)
    warned = text(
        signed_in(UserFactory(role="senior_ewo")).get(reverse("fast_track_new", args=[one.case_id]))
    )
    assert "section 444 does not apply" in warned


def test_first_pages_name_visits_due_and_orders_near_their_end(clock: Callable[[datetime], None]) -> None:
    one = made()
    clock(at(date(2026, 12, 28)))
    assert "Supervision visits and reports due" in text(signed_in(one.supervisor).get(reverse("home")))
    clock(at(date(2027, 8, 2)))
    assert "ends 22 Nov" in text(signed_in(UserFactory(role="service_manager")).get(reverse("home")))


def test_a_step_that_is_not_open_says_so_and_empty_lists_too() -> None:
    client = signed_in(UserFactory(role="service_manager"))
    assert "No supervision order is under way" in text(client.get(reverse("supervision_orders")))
    one = consulted(consulting())
    work = signed_in(one.case.owner)
    assert "This step is not open" in text(work.get(reverse("supervision_direct", args=[one.pk])))
    assert "in the care of a local authority" not in text(
        work.get(reverse("supervision_order", args=[one.pk]))
    )
    refused = post(work, "supervision_breach", one.pk, 99)
    assert refused.status_code == 404
