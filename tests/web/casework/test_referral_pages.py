"""Referrals in the browser's eyes: a school writes, a head signs, an officer checks; lists, first pages, who sees what."""

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import LinkOfficerFactory, ParentFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_child, a_school, at
from tests.factories_referrals import a_consultation, a_referral, a_school_user, an_absentee, an_answer
from tests.unit.documents.reading import pages_of
from tests.web.attendance.helpers import csv_of, text_of

from mainstay.service.accounts.models import User
from mainstay.service.casework.actions import checking_referrals, deciding_referrals
from mainstay.service.casework.models import Checklist, Consultation, Referral, ReferralPaper
from mainstay.service.casework.queries import right_first_time
from mainstay.service.casework.queries.consultations import REFER_ASKED
from mainstay.service.common.outbox.models import Message
from mainstay.service.directory.searching import write_pupils
from mainstay.service.record.models import Entry, RecordRead
from mainstay.service.team.models import Call

pytestmark = pytest.mark.django_db(databases="__all__")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.status_code
    return text_of(response)


def day(name: str, on: tuple[int, int, int] = (23, 11, 2026)) -> dict[str, int]:
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), on, strict=True))


def test_a_school_goes_from_the_childs_page_to_a_signed_referral_that_the_officer_accepts() -> None:
    pupil = an_absentee()
    staff, head = (signed_in(a_school_user(pupil, role)) for role in ("school_staff", "head_teacher"))
    assert pupil.school is not None
    officer_user = pupil.school.link_officers.get().officer
    officer = signed_in(officer_user)
    cases = page(staff, "pupil_cases", pupil.pk)
    assert (
        reverse("referral_new", args=[pupil.pk]) in cases
        and f"{reverse('consultation_new')}?pupil={pupil.pk}" in cases
    )
    assert "No officer was consulted" in page(staff, "referral_new", pupil.pk)

    consulted = {
        "officer": officer_user.pk, "spoke_with": "Jo", "how": "phone", "concern": "Mondays", "advice": "Refer",
        "outcome": "proceed", **day("on"),
    }  # fmt: skip
    staff.post(f"{reverse('consultation_new')}?pupil={pupil.pk}", consulted)
    assert Consultation.objects.get().pupil == pupil
    staff.post(reverse("referral_new", args=[pupil.pk]))
    one = Referral.objects.get()
    tasks = page(staff, "referral", one.pk)
    assert "Write why you refer, and what was tried." in tasks and "Ask the head teacher to sign" not in tasks

    bad = staff.post(
        reverse("referral_voice", args=[one.pk]), {"voice": "I am tired", "no_voice_because": "Away"}
    )
    assert bad.status_code == 400 and "I am tired" in text_of(bad)
    said: dict[str, dict[str, Any]] = {
        "reasons": {"reasons": "Mondays", "tried": "Met"},
        "voice": {"voice": "I am tired", "voice_how": "Talked", **day("voice_on")},
        "agencies": {"agencies": "None", "safeguarding": "Looked at"},
    }
    for part, fields in said.items():
        assert staff.post(reverse(f"referral_{part}", args=[one.pk]), fields).status_code == 302
    parent = pupil.parenthoods.get().parent_id
    told = {"language": "English", "interpreter": "no", "told": "meeting", **day("told_on")}
    assert staff.post(reverse("referral_parent", args=[one.pk, parent]), told).status_code == 302
    for item in one.items.exclude(
        key__in=("voice", "agencies", "parents", "told", "signed", "consulted", "window")
    ):
        file = BytesIO(b"%PDF-1.7\nA paper\n")
        file.name = "paper.pdf"
        sent = {"state": "met", "way": "upload", "file": file}
        assert staff.post(reverse("referral_item", args=[one.pk, item.pk]), sent).status_code == 302
    assert ReferralPaper.objects.count() == 11

    staff.post(reverse("referral_ask_sign", args=[one.pk]))
    assert "To sign: referrals" in page(head, "home") and reverse("referral", args=[one.pk]) in page(
        head, "home"
    )
    assert staff.post(reverse("referral_sign", args=[one.pk])).status_code == 403
    assert page(officer, "referral", one.pk, status=404)  # what was never sent is the school's own
    head.post(reverse("referral_sign", args=[one.pk]))
    staff.post(reverse("referral_submit", args=[one.pk]))
    assert f"{reverse('referral', args=[one.pk])}" in page(officer, "home")
    officer.post(reverse("referral_acknowledge", args=[one.pk]))
    assert "Check every line: 18 lines to go." in page(officer, "referral", one.pk)
    found = {f"item-{item.pk}-verdict": "good" for item in one.items.all()}
    officer.post(reverse("referral_check", args=[one.pk]), found)
    assert "Accept the referral" in page(officer, "referral", one.pk)
    officer.post(reverse("referral_accept", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "accepted" and "Case EW-" in page(officer, "referral", one.pk)
    assert f"Referral {one.number}" in page(officer, "case", one.case_id)
    assert RecordRead.objects.filter(page="referral", pupil_id=pupil.pk).exists()


def test_what_an_officer_typed_stays_when_a_line_lacks_its_words() -> None:
    one, officer = a_referral("acknowledged"), signed_in(UserFactory(role="ewo"))
    item = one.items.get(key="visits")
    other = one.items.get(key="plan")
    sent = {
        f"item-{item.pk}-verdict": "gap",
        f"item-{other.pk}-verdict": "gap",
        f"item-{other.pk}-note": "No plan yet",
    }
    response = officer.post(reverse("referral_check", args=[one.pk]), sent)
    assert response.status_code == 400
    assert "Say what is missing: Home visits" in text_of(response) and "No plan yet" in text_of(response)
    assert not one.items.exclude(verdict="").exists()


def test_what_came_back_stands_first_for_the_school_with_its_gaps() -> None:
    one = an_answer("returned", a_referral("acknowledged"), UserFactory(role="ewo"))
    staff = signed_in(a_school_user(one.pupil))
    assert "Sent back: this is missing" in page(staff, "referral", one.pk)
    assert "The log of visits" in page(staff, "referral", one.pk)
    ours = page(staff, "referrals")
    assert "What is asked of us" in ours and "Put right what is missing" in ours
    assert "Our referrals" in page(staff, "home")


def test_another_school_and_those_without_cases_see_nothing_of_it() -> None:
    one = a_referral("draft")
    other = signed_in(UserFactory(role="school_staff", school=SchoolFactory()))
    for name in ("referral", "referral_reasons", "referral_evidence", "referral_letters"):
        page(other, name, one.pk, status=404)
    assert other.post(reverse("referral_submit", args=[one.pk])).status_code == 404
    sent = a_referral("acknowledged")
    support = signed_in(UserFactory(role="business_support"))
    shown = page(support, "referral", sent.pk)
    assert "Mondays are missed" not in shown and sent.number in shown
    with_words = page(signed_in(UserFactory(role="ewo")), "referral", sent.pk)
    assert "Mondays are missed" in with_words


def test_a_restricted_child_is_listed_by_initials_and_opened_with_a_reason() -> None:
    one = a_referral("submitted", pupil=an_absentee(surname="Hazelmere"))
    one.pupil.restricted = True
    one.pupil.save()
    officer = signed_in(UserFactory(role="ewo"))
    assert "AH (restricted)" in page(officer, "referrals") and "Hazelmere" not in page(officer, "referrals")
    assert officer.get(reverse("referral", args=[one.pk])).status_code == 302
    rows = csv_of(officer.get(reverse("referrals_export", args=["csv"])))
    assert rows[1][1:3] == ["AH (restricted)", ""]


def test_lists_ask_no_more_for_many_rows_than_for_few(django_assert_max_num_queries: Any) -> None:
    school = a_school()
    LinkOfficerFactory(school=school)
    officer, staff = (
        signed_in(UserFactory(role="ewo")),
        signed_in(UserFactory(role="school_staff", school=school)),
    )
    for _ in range(4):
        pupil = a_child(school=school)
        ParentFactory(of=pupil)
        a_consultation(pupil)
        Referral.objects.create(
            pupil=pupil, school=school, state="returned", state_since=at(), made_by=UserFactory(), made_at=at(),
            submitted_at=at(),
        )  # fmt: skip
    for client in (officer, staff):
        for name in ("referrals", "consultations", "referrals_quality"):
            with django_assert_max_num_queries(14):
                assert client.get(reverse(name)).status_code == 200


def test_a_manager_makes_a_new_version_of_the_checklist_and_it_keeps_what_was_typed() -> None:
    manager = signed_in(UserFactory(role="service_manager"))
    form = {
        "line-TOTAL_FORMS": "3", "line-INITIAL_FORMS": "2", "line-0-key": "visits", "line-0-text": "Home visits",
        "line-0-source": "Stockton", "line-1-key": "voice", "line-1-text": "", "line-2-text": "Transport",
        "window_sessions": "8", "window_weeks": "6", **day("since", (24, 11, 2026)),
    }  # fmt: skip
    bad = manager.post(reverse("checklist_edit"), form)
    assert bad.status_code == 400 and "Say why it is changed" in text_of(bad) and "Transport" in text_of(bad)
    assert manager.post(reverse("checklist_edit"), form | {"reason": "Agreed."}).status_code == 302
    made = Checklist.objects.get()
    assert [(item["key"], item["text"]) for item in made.items] == [
        ("visits", "Home visits"),
        ("own-1", "Transport"),
    ]
    assert "Version 1, from Tuesday 24 November 2026 (to come): Agreed." in page(manager, "checklist")
    assert signed_in(UserFactory(role="ewo")).get(reverse("checklist_edit")).status_code == 403


def test_right_first_time_is_counted_by_the_first_sending_and_a_school_sees_its_own() -> None:
    officer, manager = UserFactory(role="ewo"), UserFactory(role="service_manager")
    school = a_school(name="First School")
    LinkOfficerFactory(school=school)
    for kind in ("accepted", "returned", "diverted"):
        an_answer(kind, a_referral("acknowledged", pupil=an_absentee(school=school)), officer)
    other = an_answer("rejected", a_referral("acknowledged"), officer)
    found = {rate.school: rate for rate in right_first_time.rates(manager, 2026)}
    rate = found["First School"]
    assert (rate.accepted, rate.returned, rate.diverted, rate.judged, rate.share) == (1, 1, 1, 2, 0.5)
    assert found[other.school.name].share == 0.0 and right_first_time.rates(manager, 2025) == []
    own = page(signed_in(UserFactory(role="school_staff", school=school)), "referrals_quality")
    assert "First School" in own and other.school.name not in own
    rows = csv_of(signed_in(manager).get(reverse("referrals_quality_export", args=["csv"])))
    assert len(rows) == 3 and ["First School", "3", "1", "0.5", "1", "0", "0", "1"] in rows


def test_the_manager_finds_appeals_on_the_first_page_and_decides_them_there() -> None:
    one = an_answer("rejected", a_referral("acknowledged"), UserFactory(role="ewo"))
    staff, manager = signed_in(a_school_user(one.pupil)), signed_in(UserFactory(role="service_manager"))
    assert "Until Monday 30 November 2026" in page(staff, "referral", one.pk)
    staff.post(reverse("referral_appeal", args=[one.pk]), {"appeal-words": "Look again."})
    home = page(manager, "home")
    assert "Appeals about referrals" in home and reverse("referral", args=[one.pk]) in home
    sent = {"decide-choice": "uphold", "decide-reasons": "Nothing new."}
    manager.post(reverse("referral_appeal_decide", args=[one.pk]), sent)
    one.refresh_from_db()
    assert one.state == "upheld" and "Nothing new." in page(staff, "referral", one.pk)


def test_two_who_write_one_part_lose_no_words() -> None:
    one = a_referral("draft")
    first, second = (signed_in(a_school_user(one.pupil)) for _ in range(2))
    address = reverse("referral_reasons", args=[one.pk])
    seen = re.search(r'name="seen" value="(\w+)"', first.get(address).content.decode())
    assert seen is not None
    first.post(address, {"reasons": "The bus.", "tried": "A mentor.", "seen": seen[1]})
    response = second.post(address, {"reasons": "The mornings.", "tried": "A club.", "seen": seen[1]})
    shown = text_of(response)
    assert response.status_code == 400 and "changed this meanwhile" in shown
    assert "The bus." in shown and "The mornings." in shown
    one.refresh_from_db()
    assert one.reasons == "The bus."
    again = re.search(r'name="seen" value="(\w+)"', response.content.decode())
    assert again is not None
    second.post(address, {"reasons": "The bus, the mornings.", "tried": "Both.", "seen": again[1]})
    one.refresh_from_db()
    assert one.reasons == "The bus, the mornings."


def test_two_who_say_something_of_one_parent_or_one_line_lose_no_words() -> None:
    one = a_referral("draft")
    first, second = (signed_in(a_school_user(one.pupil)) for _ in range(2))
    parent, item = one.pupil.parenthoods.get().parent_id, one.items.get(key="visits")
    told = {"language": "Urdu", "interpreter": "yes", "told": "phone", **day("told_on")}
    pages: list[tuple[str, dict[str, Any], str]] = [
        (reverse("referral_parent", args=[one.pk, parent]), told, "told_words"),
        (reverse("referral_item", args=[one.pk, item.pk]), {"state": "not_met"}, "words"),
    ]
    for address, said, box in pages:
        seen = re.search(r'name="seen" value="(\w+)"', first.get(address).content.decode())
        assert seen is not None
        said["seen"] = seen[1]
        assert first.post(address, {**said, box: "By the first."}).status_code == 302
        response = second.post(address, {**said, box: "By the second."})
        shown, again = text_of(response), re.search(r'name="seen" value="(\w+)"', response.content.decode())
        assert response.status_code == 400 and "changed this meanwhile" in shown
        assert "By the first." in shown and "By the second." in shown
        assert again is not None
        assert second.post(address, {**said, box: "By both.", "seen": again[1]}).status_code == 302
    item.refresh_from_db()
    assert (one.parents.get().told_words, item.words) == ("By both.", "By both.")


def test_two_officers_who_check_one_referral_lose_no_words() -> None:
    one = a_referral("acknowledged")
    first, second = (signed_in(UserFactory(role="ewo")) for _ in range(2))
    address, (visits, plan) = (
        reverse("referral_check", args=[one.pk]),
        (one.items.get(key=key) for key in ("visits", "plan")),
    )
    marks = dict(re.findall(r'name="(item-\d+-seen)" value="(\w+)"', page(first, "referral", one.pk)))
    gap = {**marks, f"item-{visits.pk}-verdict": "gap"}
    first.post(address, {**gap, f"item-{visits.pk}-note": "Their days."})
    # whoever saw the line empty and left it so says nothing about it
    assert second.post(address, {**marks, f"item-{plan.pk}-verdict": "good"}).status_code == 302
    response = second.post(address, {**gap, f"item-{visits.pk}-note": "Who went."})
    shown = text_of(response)
    assert response.status_code == 400 and "changed this meanwhile" in shown
    assert "Their days." in shown and "Who went." in shown
    again = dict(re.findall(r'name="(item-\d+-seen)" value="(\w+)"', response.content.decode()))
    second.post(address, {**gap, **again, f"item-{visits.pk}-note": "Their days, and who went."})
    visits.refresh_from_db()
    plan.refresh_from_db()
    assert (visits.note, plan.verdict) == ("Their days, and who went.", "good")


def test_a_consultation_begins_with_what_the_desk_wrote_down() -> None:
    pupil, officer = an_absentee(), UserFactory(role="ewo")
    call = Call.objects.create(
        asked_at=at(), taken_by=officer, who="Jo of the office", pupil=pupil, school=pupil.school, theme="Absence",
        question="What about Mondays?", advice="Ring home.",
    )  # fmt: skip
    shown = page(signed_in(officer), "consultation_new", query=f"?pupil={pupil.pk}&call={call.pk}")
    assert "What about Mondays?" in shown and "Ring home." in shown and "Jo of the office" in shown
    school = page(
        signed_in(a_school_user(pupil)), "consultation_new", query=f"?pupil={pupil.pk}&call={call.pk}"
    )
    assert "What about Mondays?" not in school


def test_from_a_call_about_a_child_the_school_is_asked_once_and_begins_the_referral(settings: Any) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"address": "https://mainstay.example.org"})
    pupil, officer = an_absentee(), UserFactory(role="ewo")
    head, lead = (a_school_user(pupil, role) for role in ("head_teacher", "school_staff"))
    client = signed_in(officer)
    said = {
        "question": "What now?",
        "who": "Jo",
        "asker": "school",
        "way": "phone",
        "theme": "Other",
        "child": pupil.upn,
    }
    write_pupils([pupil.pk])

    def kept() -> str:
        return text_of(client.post(reverse("duty"), said, follow=True))

    shown = kept()
    assert "Write the consultation" in shown and "Ask the school" not in shown and pupil.surname not in shown
    one = a_consultation(pupil, timezone.now(), by=officer)
    assert reverse("consultation_ask", args=[one.pk]) in kept()
    assert reverse("consultation_ask", args=[one.pk]) in page(
        client, "duty_call", Call.objects.latest("pk").pk
    )
    Message.objects.all().delete()
    for again in ("The school is asked", "asked already"):
        shown = text_of(client.post(reverse("consultation_ask", args=[one.pk]), follow=True))
        assert again in shown
    (message,) = Message.objects.all()
    assert message.to == lead.email != head.email and reverse("consultation", args=[one.pk]) in message.body
    for name in (pupil.surname, pupil.forename, pupil.upn):
        assert name not in f"{message.subject} {message.body}"
    assert "Ask the school" not in kept()
    school = signed_in(lead)
    shown = page(school, "consultation", one.pk)
    assert "Begin the referral" in shown and "Ask the school" not in shown
    assert school.post(reverse("consultation_ask", args=[one.pk])).status_code == 403
    assert Entry.objects.filter(pupil=pupil, title=REFER_ASKED, audience="school").count() == 1
    advice = a_consultation(an_absentee(school=pupil.school), timezone.now(), outcome="advise")
    assert "Ask the school" not in page(client, "consultation", advice.pk)


def test_a_consultation_and_each_answer_to_a_referral_are_printed_for_whom_the_page_is() -> None:
    one = a_referral("acknowledged")
    pupil, officer = one.pupil, UserFactory(role="ewo")
    school, legal = signed_in(a_school_user(pupil)), signed_in(UserFactory(role="finance"))

    def printed(client: Client, name: str, *args: Any) -> str:
        response = client.get(reverse(name, args=args))
        assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
        with pikepdf.open(BytesIO(response.content)) as pdf:
            assert pdf.Root.MarkInfo.Marked
        return " ".join(pages_of(response.content))

    consultation = Consultation.objects.get(pupil=pupil)
    paper = printed(school, "consultation_paper", consultation.pk)
    assert "Many Mondays missed." in paper and pupil.name in paper and consultation.officer.name in paper
    first = reverse("referral_round_paper", args=[one.pk, 1])
    assert first in page(signed_in(officer), "referral", one.pk)
    received = printed(school, "referral_round_paper", one.pk, 1)
    assert "Referral received" in received and "You have our answer by" in received
    item = one.items.get(key="visits")
    said: dict[str, Any] = {"referral_id": one.pk, "by": officer, "at": at(hour=12)}
    checking_referrals.check(verdicts={item.pk: ("gap", "No log is enclosed")}, **said)
    deciding_referrals.send_back(words="Please enclose it.", **said)
    back = printed(school, "referral_round_paper", one.pk, 1)
    assert "sent back" in back and "No log is enclosed" in back and "Please enclose it." in back
    assert first in page(school, "referral", one.pk)
    two = a_referral("acknowledged", pupil=an_absentee(school=pupil.school))
    deciding_referrals.reject(
        referral_id=two.pk, reasons="The school can help.", advice="Try a mentor.", by=officer, at=at(hour=12)
    )
    no = printed(school, "referral_round_paper", two.pk, 1)
    assert "Referral rejected" in no and "Try a mentor." in no and "appeal to the manager until" in no
    sent = a_referral("submitted", pupil=an_absentee(school=pupil.school))
    assert school.get(reverse("referral_round_paper", args=[sent.pk, 1])).status_code == 404
    assert legal.get(first).status_code == 403
    elsewhere = signed_in(a_school_user(an_absentee()))
    assert elsewhere.get(first).status_code == 404
    assert elsewhere.get(reverse("consultation_paper", args=[consultation.pk])).status_code == 404
    reads = RecordRead.objects.filter(pupil_id=pupil.pk).values_list("page", flat=True)
    assert {"consultation paper", "referral"} <= set(reads)
