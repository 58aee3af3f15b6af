"""A school asks for a notice: what it may choose, what it sees, what it cannot do, and what stays when it is wrong."""

from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EnrolmentFactory, ParentFactory, UserFactory
from tests.factories_attendance import a_child, a_school, at, days_before, give, marked, present
from tests.factories_penalties import a_notice, a_parent, a_request, absent
from tests.web.attendance.helpers import sign_in, text_of, threshold_of

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.directory.models import Pupil, School
from mainstay.service.penalties import code
from mainstay.service.penalties.models import CodeValue, NoticeRequest, RequestEvidence
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")
PDF = b"%PDF-1.7\nA letter to the parents\n"


@pytest.fixture
def pupil() -> Pupil:
    return absent(surname="Hazelmere")


@pytest.fixture
def staff(pupil: Pupil) -> Client:
    return sign_in("school_staff", school=pupil.school)[0]


def begun(client: Client, pupil: Pupil, source: str | None = None) -> NoticeRequest:
    chosen = source or f"threshold:{threshold_of(pupil).pk}"
    client.post(reverse("notice_request_new", args=[pupil.pk]), {"source": chosen})
    return NoticeRequest.objects.latest("pk")


def written(one: NoticeRequest, picked: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """What the page posts: every session as it was picked, no reason, and three empty lines of evidence."""
    lines = code.in_force(date(2026, 11, 23))["evidence"]
    said: dict[str, Any] = {
        "part": ["sessions", "evidence"],
        "picked": [f"{s['date']} {s['half']}" for s in one.sessions] if picked is None else picked,
        "because": "",
        "paper-TOTAL_FORMS": str(len(lines) + 1),
        "paper-INITIAL_FORMS": str(len(lines)),
    }
    return said | {f"paper-{n}-what": line for n, line in enumerate(lines)} | more


def evidenced(one: NoticeRequest, **more: Any) -> dict[str, Any]:
    """The same with something said about every line of evidence."""
    lines = range(len(code.in_force(date(2026, 11, 23))["evidence"]))
    said = {f"paper-{n}-state": "sent" for n in lines} | {
        f"paper-{n}-text": "By post on Monday" for n in lines
    }
    return written(one) | said | more


def page_of(client: Client, one: NoticeRequest, status: int = 200) -> str:
    response = client.get(reverse("notice_request", args=[one.pk]))
    assert response.status_code == status
    return text_of(response)


def test_a_finding_leads_to_a_request_with_its_sessions_picked(staff: Client, pupil: Pupil) -> None:
    finding = threshold_of(pupil)
    href = f"{reverse('notice_request_new', args=[pupil.pk])}?finding={finding.pk}"
    assert href in text_of(staff.get(reverse("finding", args=[finding.pk])))
    choices = text_of(staff.get(href))
    assert f'value="threshold:{finding.pk}"' in choices and "checked" in choices
    one = begun(staff, pupil)
    # the ten with which the threshold was met; two more stand on the register
    assert (one.route, one.state, one.from_school, len(one.sessions)) == ("threshold", "draft", True, 10)
    page = page_of(staff, one)
    assert page.count('name="picked"') == 12 and page.count(" checked>") == 10
    assert "The 10 sessions relied on" in page and "ms-register__table" in page


def test_each_ground_is_explained_and_the_threshold_only_offered_where_it_is_met() -> None:
    pupil = a_child()
    client, _ = sign_in("school_staff", school=pupil.school)
    page = text_of(client.get(reverse("notice_request_new", args=[pupil.pk])))
    assert "No finding says that the national threshold is met" in page
    for words in ("several short holidays", "notice under section 104", "holiday or other leave"):
        assert words in page
    assert 'value="threshold' not in page
    answer = client.post(reverse("notice_request_new", args=[pupil.pk]), {"source": "threshold:1"})
    assert answer.status_code == 400 and not NoticeRequest.objects.exists()


def test_a_child_of_an_independent_school_is_refused_in_words(staff: Client, pupil: Pupil) -> None:
    School.objects.filter(pk=pupil.school_id).update(kind="Other independent school")
    answer = staff.post(reverse("notice_request_new", args=[pupil.pk]), {"source": "below"})
    assert answer.status_code == 400
    assert "No penalty notice can be issued for a pupil of an independent school" in text_of(answer)


def test_a_second_request_is_not_begun_beside_an_open_one(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    page = text_of(staff.get(reverse("notice_request_new", args=[pupil.pk])))
    assert "Open already" in page and reverse("notice_request", args=[one.pk]) in page
    answer = staff.post(reverse("notice_request_new", args=[pupil.pk]), {"source": "below"})
    assert answer.status_code == 400 and "go on with that one" in text_of(answer)


def test_below_the_threshold_a_reason_is_needed_and_what_was_typed_stays(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil, "below")
    first = f"{days_before(pupil.school)[0]} AM"
    answer = staff.post(
        reverse("notice_request_ask", args=[one.pk]), evidenced(one, picked=[first]), follow=True
    )
    assert "Say why a notice is asked for." in text_of(answer)
    one.refresh_from_db()
    assert (one.state, len(one.sessions), one.evidence.count()) == ("draft", 1, 3)
    staff.post(
        reverse("notice_request_ask", args=[one.pk]),
        written(one, because="The fourth short holiday since September."),
    )
    one.refresh_from_db()
    assert (one.state, one.because) == ("asked", "The fourth short holiday since September.")


def test_where_the_code_refuses_notices_below_the_threshold_they_are_not_offered(
    staff: Client, pupil: Pupil
) -> None:
    by = UserFactory(role="service_manager")
    CodeValue.objects.create(
        name="below_threshold",
        value="refused",
        since=date(2026, 1, 1),
        set_at=at(),
        set_by=by,
        reason="Our code",
    )
    assert 'value="below"' not in text_of(staff.get(reverse("notice_request_new", args=[pupil.pk])))


def test_what_is_missing_stands_there_from_the_first_minute(staff: Client, pupil: Pupil) -> None:
    page = page_of(staff, begun(staff, pupil, "below"))
    assert "Before you can send the request" in page
    for words in (
        "Choose the sessions it relies on",
        "Say why a notice is asked for",
        "Answer every line of evidence",
    ):
        assert words in page


def test_an_unresolved_n_a_gap_and_authorised_sessions_are_told() -> None:
    pupil = a_child(date_of_birth=None)
    days = days_before(pupil.school)
    marks = marked(days, "O", 12) | {(days[0], "AM"): "N", (days[4], "AM"): "I", (days[4], "PM"): "M"}
    del marks[days[6], "AM"]
    give(pupil, marks)
    client, _ = sign_in("school_staff", school=pupil.school)
    page = page_of(client, begun(client, pupil))
    assert "Reason not yet established" in page
    assert "Establish the reason of 1 session marked N" in page
    assert "2 sessions of these weeks were authorised" in page
    assert (
        f"{days[7]:%A} {days[7].day} {days[7]:%B}, morning" in page
        and "no mark although the school was open" in page
    )
    assert "Date of birth not known" in page and "Send the child&#39;s date of birth" in page


def test_sessions_outside_compulsory_age_are_flagged() -> None:
    pupil = absent(date_of_birth=date(2022, 9, 30))
    client, _ = sign_in("school_staff", school=pupil.school)
    one = begun(client, pupil, "below")
    every = [f"{day} {half}" for day in days_before(pupil.school)[:6] for half in ("AM", "PM")]
    client.post(reverse("notice_request_sessions", args=[one.pk]), written(one, every))
    page = page_of(client, one)
    assert "Not of compulsory school age" in page
    assert "Take out 12 sessions outside compulsory school age" in page


def test_evidence_is_typed_sized_and_kept(staff: Client, pupil: Pupil, settings: Any) -> None:
    one = begun(staff, pupil)
    address = reverse("notice_request_sessions", args=[one.pk])
    letter = BytesIO(PDF)
    letter.name = "letter.pdf"
    staff.post(address, written(one, **{"paper-0-file": letter, "paper-1-state": "not_applicable",
                                        "paper-1-text": "A holiday: support was not the question"}))  # fmt: skip
    paper, other = one.evidence.all()
    assert paper.file is not None and (paper.state, paper.from_school) == ("met", True)
    assert (other.state, other.file) == ("not_applicable", None)
    got = staff.get(reverse("notice_request_evidence_file", args=[one.pk, paper.pk]))
    assert b"".join(got.streaming_content) == PDF and "attachment" in got["Content-Disposition"]
    assert pupil.surname not in got["Content-Disposition"]
    assert RecordRead.objects.filter(page="notice request evidence", pupil_id=pupil.pk).exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("letter.exe", b"MZ\x00\x01\x02", "cannot be read here"),
        ("letter.pdf", b"only words", "the name does not end in"),
        ("register.csv", b"UPN,Mark\n", "What can be sent here: PDF, JPEG picture, PNG picture"),
        ("letter.pdf", PDF + b"x" * 2_000_000, "larger than 1 MB"),
    ],
)
def test_a_paper_that_is_none_is_refused_and_the_rest_stays_as_typed(
    staff: Client, pupil: Pupil, settings: Any, name: str, content: bytes, words: str
) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"upload_megabytes": 1})
    one = begun(staff, pupil)
    file = BytesIO(content)
    file.name = name
    said = written(one, because="A holiday.", picked=[], **{"paper-0-file": file})
    answer = staff.post(reverse("notice_request_sessions", args=[one.pk]), said)
    assert answer.status_code == 400
    page = text_of(answer)
    assert words in page and "There is a problem" in page and "A holiday.</textarea>" in page
    assert page.count(" checked>") == 0
    one.refresh_from_db()
    assert len(one.sessions) == 10 and not RequestEvidence.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"paper-0-state": "sent"}, "Say how and when it was sent or given"),
        ({"paper-0-state": "not_applicable"}, "Say why it does not apply"),
        ({"paper-0-state": "enclosed"}, "Choose the paper to enclose"),
        ({"paper-0-text": "on Monday"}, "Choose whether it is enclosed, was sent, or does not apply"),
        ({"paper-3-state": "sent", "paper-3-text": "on Monday"}, "Say what the paper is"),
    ],
)
def test_half_a_line_of_evidence_is_refused(
    staff: Client, pupil: Pupil, said: dict[str, str], words: str
) -> None:
    one = begun(staff, pupil)
    answer = staff.post(reverse("notice_request_evidence", args=[one.pk]), written(one, **said))
    assert answer.status_code == 400 and words in text_of(answer)
    assert not RequestEvidence.objects.exists()


@pytest.mark.parametrize("number", ["", "-1", "x", str(10**25), "²"])
@pytest.mark.parametrize("part", ["evidence", "exclusion"])
def test_a_number_of_rows_that_is_none_breaks_nothing(
    staff: Client, pupil: Pupil, number: str, part: str
) -> None:
    one = begun(staff, pupil, "excluded")
    start = "paper" if part == "evidence" else "seen"
    said = written(one) | {"part": part, f"{start}-TOTAL_FORMS": number, f"{start}-INITIAL_FORMS": number}
    answer = staff.post(reverse("notice_request_sessions", args=[one.pk]), said)
    assert answer.status_code in (302, 400)
    assert not RequestEvidence.objects.exists()


def test_evidence_added_by_mistake_is_taken_out_until_it_was_sent(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    staff.post(reverse("notice_request_sessions", args=[one.pk]), evidenced(one))
    paper = one.evidence.first()
    remove = reverse("notice_request_evidence_remove", args=[one.pk, paper.pk])
    assert remove in page_of(staff, one)
    staff.post(remove)
    assert one.evidence.count() == 2
    assert AuditRow.objects.filter(action="notice_request.evidence_removed").count() == 1
    staff.post(reverse("notice_request_ask", args=[one.pk]), evidenced(one))
    kept = one.evidence.first()
    staff.post(reverse("notice_request_evidence_remove", args=[one.pk, kept.pk]))
    assert one.evidence.filter(pk=kept.pk).exists()


class Forms(HTMLParser):
    """Counts forms begun within another, which browsers cut short."""

    open = nested = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "form":
            self.nested += self.open > 0
            self.open += 1

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag == "form"


def test_no_form_stands_within_another_whoever_reads_and_whatever_was_sent(
    staff: Client, pupil: Pupil
) -> None:
    one = begun(staff, pupil)
    staff.post(reverse("notice_request_sessions", args=[one.pk]), evidenced(one))
    a_parent(pupil)
    pages = [page_of(staff, one)]
    staff.post(reverse("notice_request_ask", args=[one.pk]), evidenced(one))
    for client in (staff, sign_in("ewo")[0], sign_in("legal_coordinator")[0]):
        pages.append(page_of(client, one))
    for page in pages:
        forms = Forms()
        forms.feed(page)
        assert (forms.nested, forms.open) == (0, 0)
        assert page.count("<form") >= 2


def test_what_was_sent_back_says_why_and_keeps_what_was_typed(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    staff.post(reverse("notice_request_ask", args=[one.pk]), evidenced(one, because="A holiday in Spain."))
    one.refresh_from_db()
    assert one.state == "asked"
    assert staff.post(reverse("notice_request_sessions", args=[one.pk]), written(one)).status_code == 400
    officer, _ = sign_in("ewo")
    officer.post(
        reverse("notice_request_return", args=[one.pk]), {"return-reasons": "The warning is missing."}
    )
    page = page_of(staff, one)
    assert "The warning is missing." in page and "A holiday in Spain.</textarea>" in page
    assert page.count(" checked>") == 10 and "By post on Monday" in page
    home = text_of(staff.get(reverse("home")))
    assert "Our notice requests" in home and "Sent back to the school" in home


def test_a_session_every_parent_had_a_notice_for_cannot_be_picked() -> None:
    notice = a_notice()
    pupil = notice.pupil
    client, _ = sign_in("school_staff", school=pupil.school)
    one = begun(client, pupil, "below")
    page = page_of(client, one)
    assert page.count(" disabled>") == 10 and "Already relied on for every parent" in page
    assert notice.number not in page and notice.parent.name not in page
    first = f"{notice.sessions[0]['date']} {notice.sessions[0]['half']}"
    answer = client.post(reverse("notice_request_sessions", args=[one.pk]), written(one, [first]))
    assert answer.status_code == 400 and not one.sessions
    assert "is not on the list any more" in text_of(answer)


def test_a_session_one_parent_had_a_notice_for_can_still_support_the_others() -> None:
    notice = a_notice()
    pupil = notice.pupil
    a_parent(pupil)
    client, _ = sign_in("school_staff", school=pupil.school)
    one = begun(client, pupil, "below")
    page = page_of(client, one)
    assert "Already relied on for 1 of 2 parents" in page and " disabled>" not in page
    first = f"{notice.sessions[0]['date']} {notice.sessions[0]['half']}"
    client.post(reverse("notice_request_sessions", args=[one.pk]), written(one, [first]))
    one.refresh_from_db()
    assert len(one.sessions) == 1


def test_a_school_never_sees_what_is_the_services_own() -> None:
    pupil = absent()
    staff = sign_in("school_staff", school=pupil.school)[0]
    one = begun(staff, pupil)
    staff.post(reverse("notice_request_ask", args=[one.pk]), evidenced(one))
    officer = UserFactory(role="ewo")
    one.refresh_from_db()
    mother, father = a_parent(pupil, surname="Quillfeather"), a_parent(pupil, surname="Ostrander")
    notice = a_notice("draft", request=one, parent=mother, officer=officer)
    hidden = ("Considered with the school.", "Took the child away", "Quillfeather", "Ostrander", "Earlier notices",
              "things missing", "thing missing", officer.name)  # fmt: skip
    for state in ("draft", "proposed"):
        page = page_of(staff, one)
        assert [words for words in hidden if words in page] == [], state
        if state == "draft":
            from mainstay.service.penalties.actions import checking

            checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at())
    listed = text_of(staff.get(reverse("notice_requests")))
    assert "Check</th>" not in listed and "Ready" not in listed
    assert father.name not in listed


def test_after_issue_a_school_reads_how_many_parents_and_whether_paid() -> None:
    notice = a_notice()
    client, _ = sign_in("school_staff", school=notice.pupil.school)
    page = page_of(client, notice.request)
    assert "A penalty notice was issued to 1 parent." in page and "to be paid" in page
    assert "£" not in page and notice.parent.name not in page


def test_what_the_service_asks_for_itself_is_not_told_to_the_school(pupil: Pupil, staff: Client) -> None:
    officer, user = sign_in("ewo")
    one = begun(officer, pupil)
    said = written(one, because="The neighbour told us.", **{"paper-3-what": "A note", "paper-3-state": "sent",
                                                            "paper-3-text": "By phone"})  # fmt: skip
    assert staff.get(reverse("notice_request", args=[one.pk])).status_code == 404
    officer.post(reverse("notice_request_ask", args=[one.pk]), said)
    one.refresh_from_db()
    assert (one.state, one.from_school, one.evidence.get().from_school) == ("asked", False, False)
    page = page_of(staff, one)
    for words in ("The neighbour told us.", "A note", user.name):
        assert words not in page
    assert staff.post(reverse("notice_request_take_back", args=[one.pk]), follow=True).status_code == 200
    one.refresh_from_db()
    assert one.state == "asked"


def test_a_school_picks_from_its_own_register_and_what_lies_elsewhere_stays() -> None:
    pupil = absent(10)
    other = a_school(name="Elsewhere Primary")
    EnrolmentFactory(
        pupil=pupil, school=other, entered_on=date(2026, 9, 1), left_on=date(2026, 9, 30), status="S"
    )
    days = [day for day in days_before(other) if day < date(2026, 9, 30)]
    give(pupil, present(days) | {(days[-1], "AM"): "O"}, school=other)
    client, _ = sign_in("school_staff", school=pupil.school)
    one = begun(client, pupil, "below")
    elsewhere = {"date": days[-1].isoformat(), "half": "AM", "code": "O"}
    one.sessions = [elsewhere]
    one.save()
    page = page_of(client, one)
    assert "1 session at another school is relied on as well" in page and "Elsewhere Primary" not in page
    client.post(
        reverse("notice_request_sessions", args=[one.pk]),
        written(one, [f"{days_before(pupil.school)[0]} AM"]),
    )
    one.refresh_from_db()
    assert elsewhere in one.sessions and len(one.sessions) == 2


def test_a_request_is_there_only_for_its_school_and_the_service(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    other, _ = sign_in("head_teacher", school=a_school())
    for name in (
        "notice_request",
        "notice_request_sessions",
        "notice_request_ask",
        "notice_request_take_back",
    ):
        ask = other.get if name == "notice_request" else other.post
        assert ask(reverse(name, args=[one.pk])).status_code == 404
    assert other.get(reverse("notice_request_new", args=[pupil.pk])).status_code == 404
    officer, _ = sign_in("ewo")
    assert officer.get(reverse("notice_request", args=[one.pk])).status_code == 404  # still being written
    assert page_of(sign_in("head_teacher", school=pupil.school)[0], one)


def test_a_restricted_child_has_to_be_opened_first(pupil: Pupil) -> None:
    one = a_request(pupil)
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    officer, _ = sign_in("ewo")
    answer = officer.get(reverse("notice_request", args=[one.pk]))
    assert answer.status_code == 302 and reverse("pupil_open", args=[pupil.pk]) in answer.url
    assert officer.post(reverse("notice_check_answer", args=[one.pk]), {"name": "support"}).status_code == 404
    listed = text_of(officer.get(reverse("notice_requests")))
    assert pupil.name not in listed and f"{pupil.initials} (restricted)" in listed
    assert pupil.name not in text_of(officer.get(reverse("home")))


def test_reading_a_request_is_logged(pupil: Pupil) -> None:
    one = a_request(pupil)
    client, user = sign_in("ewo")
    page_of(client, one)
    assert RecordRead.objects.filter(page="notice request", pupil_id=pupil.pk, user_id=user.pk).exists()


def test_an_excluded_childs_request_says_where_they_were_seen() -> None:
    pupil = a_child()
    client, _ = sign_in("school_staff", school=pupil.school)
    one = begun(client, pupil, "excluded")
    page = page_of(client, one)
    assert "Where and when the child was seen" in page and 'name="picked"' not in page
    days = days_before(pupil.school)
    said = written(one) | {
        "part": ["exclusion", "evidence"], "because": "Seen by the patrol.",
        "notice_on_day": str(days[0].day), "notice_on_month": str(days[0].month), "notice_on_year": "2026",
        "excluded_from_day": str(days[1].day), "excluded_from_month": str(days[1].month), "excluded_from_year": "2026",
        "school_days": "5", "seen-TOTAL_FORMS": "2", "seen-INITIAL_FORMS": "0",
        "seen-0-on": days[2].isoformat(), "seen-0-time": "10:40", "seen-0-place": "Made-up Precinct",
        "seen-1-on": days[3].isoformat(), "seen-1-time": "", "seen-1-place": "",
    }  # fmt: skip
    wrong = client.post(reverse("notice_request_sessions", args=[one.pk]), said)
    assert wrong.status_code == 400 and "Give day, time and place of each sighting" in text_of(wrong)
    assert "Made-up Precinct" in text_of(wrong)
    client.post(reverse("notice_request_sessions", args=[one.pk]), said | {"seen-1-on": ""})
    one.refresh_from_db()
    assert one.seen == [{"date": days[2].isoformat(), "time": "10:40", "place": "Made-up Precinct"}]
    assert (one.excluded_school_days, one.sessions[0]["half"]) == (5, "AM")
    page = page_of(client, one)
    assert 'value="Made-up Precinct"' in page and "another mark by now" not in page


def test_a_request_is_taken_back_by_whoever_asked(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    staff.post(reverse("notice_request_ask", args=[one.pk]), evidenced(one))
    officer, _ = sign_in("ewo")
    page = page_of(officer, one)
    assert reverse("notice_request_take_back", args=[one.pk]) not in page
    staff.post(reverse("notice_request_take_back", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "taken_back"


def test_a_school_cannot_work_on_the_check(staff: Client, pupil: Pupil) -> None:
    one = begun(staff, pupil)
    for name in (
        "notice_check_answer",
        "notice_parent_choose",
        "notice_request_refuse",
        "notice_request_return",
    ):
        assert staff.post(reverse(name, args=[one.pk])).status_code == 403


def test_business_support_sees_how_a_request_stands_and_nothing_that_was_weighed() -> None:
    pupil = absent()
    one = a_request(pupil)
    parent = ParentFactory(of=pupil, surname="Quillfeather")
    a_notice("draft", request=one, parent=parent)
    page = page_of(sign_in("business_support")[0], one)
    assert "To check" not in page or "Considered with the school." not in page
    assert "Considered with the school." not in page and "Took the child away" not in page
