"""Notices to improve: written from a finding, given, read by the school, decided."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import ParentFactory, SchoolFactory, UserFactory
from tests.factories_attendance import at, give
from tests.factories_penalties import a_parent, absent, an_improvement
from tests.web.penalties.notices import signed_in

from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.decisions.recording import decide
from mainstay.service.directory.models import Enrolment
from mainstay.service.penalties import watching
from mainstay.service.penalties.models import Improvement, NoticeRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo")


def text(response: Any) -> str:
    return str(response.content.decode())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def written(**changed: Any) -> dict[str, Any]:
    return {
        "picked": ["2026-09-07 AM", "2026-09-07 PM"], "attendance": "Possible sessions: 96", "support_so_far": "A mentor.",
        "support_refused": "", "support_offered": "Breakfast club.", "school_weeks": "3", "target": "0",
        "sufficient": "No absence.", "early_grounds": "More absence.", **day("record_from", date(2026, 9, 7)),
        **day("record_to", date(2026, 11, 20)), **day("starts_on", date(2026, 11, 30)),
    } | changed  # fmt: skip


def breached(**given: Any) -> Improvement:
    one = an_improvement(**given)
    give(one.pupil, {(date(2026, 12, 8), "AM"): "U"}, when=at(date(2026, 12, 8)))
    one.refresh_from_db()
    return one


def test_a_threshold_finding_leads_to_one_with_its_sessions_the_register_and_the_support_known(
    officer: Any,
) -> None:
    pupil = absent(sessions=12)
    finding = Finding.objects.get(pupil=pupil, kind=Finding.Kind.THRESHOLD)
    decision = decide(
        by=officer, at=at(), kind="finding.consideration", outcome="support", reasons="x", support_tried="A talk at home."
    )  # fmt: skip
    Consideration.objects.create(finding=finding, choice="support", decision=decision)
    client = signed_in(officer)
    address = f"{reverse('improvement_new', args=[pupil.pk])}?finding={finding.pk}"
    assert address in text(client.get(reverse("finding", args=[finding.pk])))
    shown = text(client.get(address))
    assert shown.count("checked") >= 10
    assert "Absent without leave: 12" in shown
    assert "A talk at home." in shown
    assert 'value="30"' in shown  # Monday 30 November, the first after the letter is received


def test_it_is_written_parents_are_chosen_the_letter_is_looked_at_and_it_is_given(officer: Any) -> None:
    pupil = absent()
    parent, other = a_parent(pupil), a_parent(pupil, forename="Hugh")
    client = signed_in(officer)
    answer = client.post(reverse("improvement_new", args=[pupil.pk]), written(), follow=True)
    one = Improvement.objects.get()
    assert "Choose at least one parent" in text(answer)
    sent = {"parent": parent.pk, f"parent-{parent.pk}-why": "Lives with the child."}
    answer = client.post(reverse("improvement_parent_choose", args=[one.pk]), sent, follow=True)
    assert "ends on <strong>Friday 18 December 2026</strong>" in text(answer)
    letter = client.get(reverse("improvement_preview", args=[one.pk, parent.pk]))
    assert (letter["Content-Type"], letter.content[:5]) == ("application/pdf", b"%PDF-")
    client.post(reverse("improvement_give", args=[one.pk]))
    one.refresh_from_db()
    assert (one.state, [x.parent_id for x in one.letters.all()]) == ("running", [parent.pk])
    shown = text(client.get(reverse("improvement", args=[one.pk])))
    assert other.name not in shown
    assert "counted as received 25 November 2026" in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"picked": []}, "Choose the sessions it rests on"),
        ({"picked": ["2026-09-01 AM"]}, "not on the list"),
        ({"support_offered": ""}, "what support is on offer now"),
        ({"school_weeks": "7"}, "Select a valid choice"),
        ({"starts_on_day": "31"}, "real date"),
        ({"record_to_day": "1", "record_to_month": "9"}, "must end after it begins"),
    ],
)
def test_what_is_not_right_is_refused_and_what_was_typed_stays(
    officer: Any, changed: dict[str, Any], words: str
) -> None:
    pupil = absent()
    response = signed_in(officer).post(reverse("improvement_new", args=[pupil.pk]), written(**changed))
    assert response.status_code == 400
    assert words in text(response)
    assert "A mentor." in text(response)
    assert not Improvement.objects.exists()


def test_a_draft_is_changed_and_what_was_given_is_not(officer: Any) -> None:
    draft = an_improvement("draft", officer=officer)
    client = signed_in(officer)
    address = reverse("improvement_edit", args=[draft.pk])
    assert "A place at breakfast club." in text(client.get(address))
    client.post(address, written(target="2"))
    draft.refresh_from_db()
    assert draft.target == 2
    Improvement.objects.update(state="running")
    assert "given already" in text(client.post(address, written(target="3"), follow=True))


def test_a_start_too_early_is_said_before_it_is_given(officer: Any) -> None:
    draft = an_improvement("draft", officer=officer, starts_on=date(2026, 11, 25))
    client = signed_in(officer)
    page = reverse("improvement", args=[draft.pk])
    assert "can begin on Thursday 26 November 2026 at the earliest" in text(client.get(page))
    assert "Before you can give it" in text(client.get(page))
    client.post(reverse("improvement_give", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_breach_waits_on_the_first_page_and_a_request_follows(
    officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = breached(officer=officer)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(date(2026, 12, 9), 14))
    client = signed_in(officer)
    assert reverse("improvement", args=[one.pk]) in text(client.get(reverse("home")))
    shown = text(client.get(reverse("improvement", args=[one.pk])))
    assert "The target was exceeded on Tuesday 8 December 2026" in shown
    assert "1 unauthorised session so far" in shown
    sent = {"choice": "follow", "reasons": "Support was refused twice."}
    answer = client.post(reverse("improvement_decide", args=[one.pk]), sent, follow=True)
    request = NoticeRequest.objects.get()
    assert answer.redirect_chain == [(reverse("notice_request", args=[request.pk]), 302)]
    assert request.improvement == one


def test_a_decision_needs_reasons_and_only_what_is_open_can_be_chosen(officer: Any) -> None:
    one = an_improvement(officer=officer)
    watching.fall_due(on=date(2026, 12, 19), last=None)
    client = signed_in(officer)
    shown = text(client.get(reverse("improvement", args=[one.pk])))
    assert 'value="met"' in shown
    assert 'value="follow"' not in shown
    assert "The register does not show the target exceeded" in shown
    for sent, words in (({"choice": "met", "reasons": ""}, "Give your reasons"), ({"choice": "follow", "reasons": "x"}, "valid choice")):  # fmt: skip
        response = client.post(reverse("improvement_decide", args=[one.pk]), sent)
        assert (response.status_code, words in text(response)) == (400, True)
    client.post(
        reverse("improvement_decide", args=[one.pk]), {"choice": "met", "reasons": "She came every day."}
    )
    one.refresh_from_db()
    assert one.state == "met"
    assert "She came every day." in text(client.get(reverse("improvement", args=[one.pk])))


def test_a_school_reads_what_was_given_and_neither_addresses_nor_the_officers_reasons(officer: Any) -> None:
    one = breached(officer=officer)
    head = UserFactory(role="head_teacher", school=one.school)
    shown = text(signed_in(head).get(reverse("improvement", args=[one.pk])))
    parent = one.letters.get().parent
    assert parent.name in shown
    assert "No session is missed without leave." in shown
    for hidden in (
        "Invented Road",
        "Lives with the child.",
        reverse("service_record", args=[one.letters.get().service_id]),
    ):
        assert hidden not in shown
    assert "Record the decision" not in shown


def test_a_school_the_child_has_left_is_not_told_who_the_parents_are(officer: Any) -> None:
    one = an_improvement(officer=officer)
    Enrolment.objects.filter(pupil=one.pupil).update(left_on=date(2026, 11, 20))
    head = UserFactory(role="head_teacher", school=one.school)
    shown = text(signed_in(head).get(reverse("improvement", args=[one.pk])))
    assert one.letters.get().parent.name not in shown
    assert "no longer on your roll" in shown


def test_drafts_and_other_schools_are_not_there_for_a_school(officer: Any) -> None:
    draft, given = an_improvement("draft"), an_improvement()
    head = signed_in(UserFactory(role="head_teacher", school=draft.school))
    assert head.get(reverse("improvement", args=[draft.pk])).status_code == 404
    stranger = signed_in(UserFactory(role="head_teacher", school=SchoolFactory()))
    assert stranger.get(reverse("improvement", args=[given.pk])).status_code == 404
    assert head.post(reverse("improvement_give", args=[draft.pk])).status_code == 403


def test_a_parent_without_an_address_or_not_to_be_contacted_is_flagged_before_they_are_chosen(
    officer: Any,
) -> None:
    draft = an_improvement("draft", officer=officer)
    ParentFactory(of=draft.pupil, forename="Ida", of__contact_allowed=False, safe_contact="Never by post")
    shown = text(signed_in(officer).get(reverse("improvement", args=[draft.pk])))
    for words in (
        "Contact with this parent is not allowed",
        "Never by post",
        "No full address with postcode",
    ):
        assert words in shown


def test_filters_narrow_the_list_and_the_export_alike(officer: Any) -> None:
    mine, other = an_improvement(officer=officer), breached()
    Improvement.objects.filter(pk=an_improvement().pk).update(state="met")
    client = signed_in(officer)
    for query, found in (("", {mine, other}), ("scope=mine", {mine}), ("state=breached", {other}),
                         (f"school={other.school_id}", {other}), ("state=all", {mine, other}), ("state=met", set())):  # fmt: skip
        listed = text(client.get(f"{reverse('improvements')}?{query}"))
        file = b"".join(client.get(f"{reverse('improvements_export', args=['csv'])}?{query}")).decode()  # type: ignore[arg-type]
        for one in (mine, other):
            assert (reverse("improvement", args=[one.pk]) in listed) is (one in found), query
            assert (f"NI-{one.pk:07}" in file) is (one in found), query


def test_list_and_page_take_the_same_queries_for_few_and_for_many(
    officer: Any, django_assert_max_num_queries: Any
) -> None:
    first = an_improvement(officer=officer)
    fields = [f.attname for f in Improvement._meta.concrete_fields if f.attname not in ("id", "state")]
    same = {name: getattr(first, name) for name in fields}
    Improvement.objects.bulk_create(Improvement(**same, state="running") for _ in range(12))
    for _ in range(4):
        a_parent(first.pupil)
    client = signed_in(officer)
    client.get(reverse("improvements"))
    with django_assert_max_num_queries(16):
        assert "13 notices to improve" in text(client.get(reverse("improvements")))
    with django_assert_max_num_queries(20):
        client.get(reverse("improvement", args=[first.pk]))
