"""One notice: its page in each state and for each role, and its steps with what refuses them."""

from datetime import date
from typing import Any

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice, a_request
from tests.web.attendance.helpers import sign_in, text_of
from tests.web.penalties.notices import primary, signed_in

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.penalties.actions import checking, ending
from mainstay.service.penalties.models import Notice
from mainstay.service.record import access
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db
DECISION = {
    "reasons": "The absences are not explained.", "evidence": "Register and letters.", "equality": "Nothing is known.",
    "alternatives": "A supervision order would not help.",
}  # fmt: skip


def unpaid() -> Notice:
    notice = a_notice(when=later(-40))
    ending.fall_due(on=date(2026, 11, 23), last=None)
    return Notice.objects.get(pk=notice.pk)


def prosecuting() -> Notice:
    notice = unpaid()
    return ending.prosecute(
        notice_id=notice.pk, by=UserFactory(role="legal_coordinator"), at=later(0), **DECISION
    )


def withdrawn() -> Notice:
    notice = a_notice()
    return ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The school was wrong.", at=later(0),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip


STATES: dict[str, Any] = {
    "draft": lambda: a_notice("draft"), "proposed": lambda: a_notice("proposed"),
    "approved": lambda: a_notice("approved"), "issued": a_notice, "unpaid": unpaid, "prosecuting": prosecuting,
    "withdrawn": withdrawn,
}  # fmt: skip


PROPOSE, APPROVE, ISSUE = "Propose to issue", "Approve", "Go to issuing"
TAKE, SIGN = "Take the papers for the prosecution (ZIP)", "Let its sessions be relied on again"


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", {"ewo": PROPOSE, "service_manager": PROPOSE, "legal_coordinator": "", "business_support": ""}),
        ("proposed", {"ewo": "", "senior_ewo": APPROVE, "legal_coordinator": ""}),
        ("approved", {"ewo": "", "senior_ewo": ISSUE, "business_support": ISSUE}),
        ("issued", {"ewo": "", "service_manager": "", "legal_coordinator": ""}),
        ("unpaid", {"ewo": "", "senior_ewo": "", "legal_coordinator": ""}),
        ("prosecuting", {"ewo": "", "legal_coordinator": TAKE, "business_support": ""}),
        ("withdrawn", {"service_manager": "", "legal_coordinator": SIGN}),
    ],
)  # fmt: skip
def test_the_one_button_is_the_step_the_state_waits_for(state: str, buttons: dict[str, str]) -> None:
    notice = STATES[state]()
    assert notice.state == state
    for role, expected in buttons.items():
        client, _ = sign_in(role)
        page = client.get(f"/notices/{notice.pk}/")
        assert page.status_code == 200
        assert primary(page) == expected, role


def test_an_unpaid_notice_offers_both_ways_and_prefers_neither() -> None:
    client, _ = sign_in("senior_ewo")
    page = client.get(f"/notices/{unpaid().pk}/")
    assert primary(page) == ""
    assert text_of(page).count("govuk-button--secondary ms-button") == 2
    assert "Decide to prosecute" in text_of(page) and "Withdraw the notice" in text_of(page)
    assert "Until when a prosecution can be begun" in text_of(page)
    assert "Confirm with legal" in text_of(page)


def test_the_page_tells_everything_of_an_issued_notice() -> None:
    notice = a_notice()
    client, user = sign_in("service_manager")
    said = text_of(client.get(f"/notices/{notice.pk}/"))
    for words in (
        notice.number, notice.parent.name, "Took the child away in term time.", "Considered with the school.",
        "A holiday in term time after a warning.", "posted first class 23 November 2026", "Wednesday 25 November 2026",
        "£80 can be paid until", "Tuesday 22 December 2026", "This was the first notice", "time to pay",
        "Nothing has come in for this notice.",
    ):  # fmt: skip
        assert words in said, words
    assert RecordRead.objects.filter(user_id=user.pk, pupil_id=notice.pupil_id, page="notice").exists()


def test_business_support_reads_facts_and_not_considerations() -> None:
    notice = a_notice()
    client, _ = sign_in("business_support")
    said = text_of(client.get(f"/notices/{notice.pk}/"))
    assert notice.parent.name in said and "posted first class" in said
    for hidden in ("Took the child away", "Considered with the school.", "A holiday in term time after"):
        assert hidden not in said


def test_a_school_reads_what_became_of_it_and_no_more() -> None:
    notice = a_notice(request=(request := a_request()))
    client, _ = sign_in("head_teacher", school=request.school)
    said = text_of(client.get(f"/notices/{notice.pk}/"))
    assert notice.number in said and "Issued, to be paid" in said  # type: ignore[operator]
    for hidden in (
        notice.parent.name,
        "Took the child away",
        "posted first class",
        "Considered with",
        "What the rules",
    ):
        assert hidden not in said, hidden


def test_a_school_does_not_find_a_notice_before_it_is_issued_nor_another_schools() -> None:
    approved, elsewhere = a_notice("approved"), a_notice()
    client, _ = sign_in("school_staff", school=approved.school)
    assert client.get(f"/notices/{approved.pk}/").status_code == 404
    assert client.get(f"/notices/{elsewhere.pk}/").status_code == 404


def test_who_has_a_conflict_finds_nothing() -> None:
    notice = a_notice()
    client, user = sign_in("service_manager")
    ConflictFactory(user=user, pupil=notice.pupil)
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert client.post(f"/notices/{notice.pk}/withdraw/").status_code == 404


def test_a_restricted_record_is_opened_first() -> None:
    notice = a_notice("proposed")
    notice.pupil.restricted = True
    notice.pupil.save()
    client, user = sign_in("senior_ewo")
    for address in ("", "send-back/"):
        answer = client.get(f"/notices/{notice.pk}/{address}")
        assert answer.status_code == 302 and "/open/" in answer["Location"]
    assert client.get(f"/notices/{notice.pk}/preview/").status_code == 404
    assert client.post(f"/notices/{notice.pk}/approve/").status_code == 404
    access.open_restricted(pupil=notice.pupil, by=user, at=later(0), reason="To decide about the notice")
    assert client.get(f"/notices/{notice.pk}/").status_code == 200


def test_approving_from_the_page() -> None:
    notice = a_notice("proposed")
    client, user = sign_in("senior_ewo")
    answer = client.post(f"/notices/{notice.pk}/approve/", follow=True)
    assert "Approved. It can be issued now." in text_of(answer)
    notice.refresh_from_db()
    assert notice.state == Notice.State.APPROVED
    assert notice.decision is not None and notice.decision.approved_by == user


def test_whoever_prepared_it_is_told_that_somebody_else_approves() -> None:
    senior = UserFactory(role="senior_ewo")
    notice = a_notice("proposed", officer=senior)
    client = signed_in(senior)
    page = client.get(f"/notices/{notice.pk}/")
    assert primary(page) == "" and "Before you can approve" in text_of(page)
    assert "Somebody else must approve this" in text_of(page)
    answer = client.post(f"/notices/{notice.pk}/approve/")
    assert answer.status_code == 400 and "Somebody else must approve this" in text_of(answer)
    notice.refresh_from_db()
    assert notice.state == Notice.State.PROPOSED


def test_approving_what_is_missing_something_by_now_is_refused_in_words() -> None:
    notice = a_notice("proposed")
    notice.parent.addresses.all().delete()
    client, _ = sign_in("senior_ewo")
    page = client.get(f"/notices/{notice.pk}/")
    assert primary(page) == "" and "No full address" in text_of(page)
    answer = client.post(f"/notices/{notice.pk}/approve/")
    assert answer.status_code == 400 and "No full address" in text_of(answer)


@pytest.mark.parametrize(
    ("state", "step", "role", "said"),
    [
        ("proposed", "send-back", "senior_ewo", {"reasons": "Ask the school again."}),
        ("proposed", "refuse", "senior_ewo", {"reasons": "The family has lost its home."}),
        ("draft", "drop", "ewo", {"because": "The father was not there."}),
        ("issued", "withdraw", "senior_ewo", {"ground": "wrong_recipient", "reasons": "He lives abroad."}),
        ("unpaid", "prosecute", "legal_coordinator", DECISION),
        ("withdrawn", "sign-off", "legal_coordinator", {"reasons": "A corrected notice may follow."}),
    ],
)  # fmt: skip
def test_a_step_asks_for_its_reasons_keeps_what_was_typed_and_is_then_taken(
    state: str, step: str, role: str, said: dict[str, str]
) -> None:
    notice = STATES[state]()
    client, _ = sign_in(role)
    address = f"/notices/{notice.pk}/{step}/"
    assert client.get(address).status_code == 200
    *kept, last = said
    answer = client.post(address, {name: said[name] for name in kept})
    assert answer.status_code == 400 and "There is a problem" in text_of(answer)
    for name in kept:
        assert said[name] in text_of(answer)
    assert f'id="id_{last}_error"' in text_of(answer)
    assert client.post(address, said).status_code == 302
    after = {"send-back": "draft", "refuse": "refused", "drop": "refused", "withdraw": "withdrawn"}
    notice.refresh_from_db()
    assert notice.state == after.get(step, {"prosecute": "prosecuting"}.get(step, state))
    if step == "sign-off":
        assert notice.signed_off_because == said["reasons"]


@pytest.mark.parametrize(
    ("state", "step", "words"),
    [
        ("issued", "refuse", "This notice is issued, to be paid: the step is not open."),
        ("draft", "withdraw", "This notice is being checked: the step is not open."),
        ("issued", "prosecute", "This notice is issued, to be paid: the step is not open."),
    ],
)
def test_a_step_that_is_not_open_says_so(state: str, step: str, words: str) -> None:
    notice = STATES[state]()
    client, _ = sign_in("senior_ewo")
    assert words in text_of(client.get(f"/notices/{notice.pk}/{step}/"))
    said = {**DECISION, "ground": "material_error"}
    answer = client.post(f"/notices/{notice.pk}/{step}/", said)
    assert answer.status_code == 400 and "You cannot" in text_of(answer)


def test_the_ground_of_an_unpaid_notice_is_offered_once_the_time_is_over() -> None:
    client, _ = sign_in("senior_ewo")
    assert "Unpaid, and not to be prosecuted" not in text_of(
        client.get(f"/notices/{a_notice().pk}/withdraw/")
    )
    assert "Unpaid, and not to be prosecuted" in text_of(client.get(f"/notices/{unpaid().pk}/withdraw/"))


def test_withdrawing_a_paid_notice_warns_of_the_refund() -> None:
    from mainstay.service.penalties.actions import paying

    notice = a_notice()
    paying.record(
        notice_id=notice.pk, way="cash_office", pence=8000, on=date(2026, 11, 23), note="Receipt 7",
        by=UserFactory(role="business_support"), at=later(0),
    )  # fmt: skip
    client, _ = sign_in("service_manager")
    assert "£80 was paid on this notice. All of it goes back" in text_of(
        client.get(f"/notices/{notice.pk}/withdraw/")
    )
    client.post(
        f"/notices/{notice.pk}/withdraw/", {"ground": "material_error", "reasons": "The school was wrong."}
    )
    said = text_of(client.get(f"/notices/{notice.pk}/"))
    assert "£80 goes back" in said and "The notice was withdrawn on Monday 23 November 2026." in said


def test_the_letter_is_read_as_a_pdf_and_as_pictures_before_it_is_issued() -> None:
    notice = a_notice("proposed")
    client, _ = sign_in("senior_ewo")
    pdf = client.get(f"/notices/{notice.pk}/preview/")
    assert (pdf["Content-Type"], pdf.content[:4], pdf["Cache-Control"]) == (
        "application/pdf",
        b"%PDF",
        "no-store",
    )
    assert notice.pupil.surname not in pdf["Content-Disposition"]
    picture = client.get(f"/notices/{notice.pk}/preview/?picture=2")
    assert (picture["Content-Type"], picture.content[1:4]) == ("image/png", b"PNG")
    for wrong in ("3", "0", "x"):
        assert client.get(f"/notices/{notice.pk}/preview/?picture={wrong}").status_code == 404


def test_a_letter_that_cannot_be_made_says_why() -> None:
    from tests.factories_penalties import an_earlier

    notice = a_notice("draft")
    an_earlier(notice.parent, notice.pupil, date(2025, 1, 6))
    an_earlier(notice.parent, notice.pupil, date(2026, 1, 6))
    client, _ = sign_in("ewo")
    answer = client.get(f"/notices/{notice.pk}/preview/")
    assert answer.status_code == 409 and "no further notice may be issued" in text_of(answer)


def test_there_is_no_preview_of_an_issued_notice() -> None:
    client, _ = sign_in("service_manager")
    assert client.get(f"/notices/{a_notice().pk}/preview/").status_code == 404


def test_the_papers_are_handed_over_audited_and_logged() -> None:
    notice = prosecuting()
    client, user = sign_in("legal_coordinator")
    answer = client.get(f"/notices/{notice.pk}/hand-over/")
    assert answer["Content-Disposition"] == f'attachment; filename="{notice.number}.zip"'
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert AuditRow.objects.filter(action="notice.handed_over", on_id=str(notice.pk), by=user).exists()
    assert RecordRead.objects.filter(user_id=user.pk, page="notice hand-over").exists()
    assert client.get(f"/notices/{a_notice().pk}/hand-over/").status_code == 404


def test_an_issued_notice_is_not_edited() -> None:
    notice = a_notice()
    officer = UserFactory(role="ewo")
    from mainstay.service.common.steps import StepRefused

    with pytest.raises(StepRefused, match="this penalty notice is issued"):
        checking.propose(notice_id=notice.pk, reasons="Again.", by=officer, at=later(1))
    with pytest.raises(StepRefused, match="nothing to check"):
        checking.answer(
            request_id=notice.request_id,
            name="equality",
            value="against",
            text="Now.",
            by=officer,
            at=later(1),
        )
