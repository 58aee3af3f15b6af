"""The tab of the child's page, the ledger of a parent, and what notices give to the rooms below."""

from datetime import date

import pytest
from tests.factories import ConflictFactory, ParenthoodFactory, UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier
from tests.web.attendance.helpers import sign_in, text_of

from mainstay.service.penalties.actions import ending
from mainstay.service.record import access, providers
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db


def test_the_tab_shows_each_parents_ledger_and_what_is_in_hand() -> None:
    pupil = absent()
    mother, father = a_parent(pupil), a_parent(pupil, forename="Alan")
    an_earlier(mother, pupil, date(2024, 11, 15), reference="E-17")
    issued = a_notice(pupil=pupil, parent=mother)
    a_notice("proposed", pupil=pupil, parent=father, when=later(-1))
    client, _ = sign_in("ewo")
    said = text_of(client.get(f"/pupils/{pupil.pk}/notices/"))
    for words in (
        issued.number, "E-17", "Free from 15 Nov 2027", "No notice can be issued today.", f"Notice to {father.name}",
        "A notice proposed today would be the first: £80, later £160.", "Requests",
    ):  # fmt: skip
        assert words in said, words
    assert f'href="/pupils/{pupil.pk}/notices/"' in text_of(client.get(f"/pupils/{pupil.pk}/"))


def test_a_school_reads_what_was_issued_and_not_to_whom() -> None:
    pupil = absent()
    mother = a_parent(pupil, surname="Ravenscroft")
    an_earlier(mother, pupil, date(2024, 11, 15), reference="E-17")
    issued = a_notice(pupil=pupil, parent=mother)
    client, _ = sign_in("school_staff", school=pupil.school)
    said = text_of(client.get(f"/pupils/{pupil.pk}/notices/"))
    assert issued.number in said
    for hidden in ("Ravenscroft", "E-17", "proposed today"):
        assert hidden not in said
    cases = text_of(client.get(f"/pupils/{pupil.pk}/cases/"))
    assert issued.number in cases and "Ravenscroft" not in cases


def test_who_sees_no_notices_has_no_tab() -> None:
    notice = a_notice()
    client, _ = sign_in("cme_officer")
    assert client.get(f"/pupils/{notice.pupil_id}/notices/").status_code == 403
    assert f"/pupils/{notice.pupil_id}/notices/" not in text_of(client.get(f"/pupils/{notice.pupil_id}/"))
    assert notice.number not in text_of(client.get(f"/pupils/{notice.pupil_id}/cases/"))


def test_a_parents_ledger_has_each_child_by_itself() -> None:
    notice = a_notice()
    sister = absent(forename="Ida")
    ParenthoodFactory(pupil=sister, parent=notice.parent)
    client, user = sign_in("senior_ewo")
    said = text_of(client.get(f"/parents/{notice.parent_id}/notices/"))
    assert "would be the second: £160" in said and "would be the first: £80, later £160" in said
    read = RecordRead.objects.filter(user_id=user.pk, page="parent's notices")
    assert set(read.values_list("pupil_id", flat=True)) == {notice.pupil_id, sister.pk}


def test_a_restricted_child_of_that_parent_stays_shut_until_opened() -> None:
    notice = a_notice()
    brother = absent(forename="Otto", surname="Quillfeather", restricted=True)
    ParenthoodFactory(pupil=brother, parent=notice.parent)
    client, user = sign_in("service_manager")
    said = text_of(client.get(f"/parents/{notice.parent_id}/notices/"))
    assert "Quillfeather" not in said and "Not shown: OQ" in said
    access.open_restricted(pupil=brother, by=user, at=later(0), reason="To look at the family's notices")
    assert "Quillfeather" in text_of(client.get(f"/parents/{notice.parent_id}/notices/"))


def test_there_is_no_ledger_for_a_school_nor_where_every_child_is_out_of_view_or_shut() -> None:
    notice = a_notice()
    address = f"/parents/{notice.parent_id}/notices/"
    assert sign_in("head_teacher", school=notice.school)[0].get(address).status_code == 404
    client, user = sign_in("service_manager")
    conflict = ConflictFactory(user=user, pupil=notice.pupil)
    assert client.get(address).status_code == 404
    conflict.delete()
    notice.pupil.restricted = True
    notice.pupil.save()
    assert client.get(address).status_code == 404


def test_entries_and_deadlines_about_a_notice_lead_to_it() -> None:
    notice = a_notice()
    client, user = sign_in("ewo")
    assert providers.href_of("penalties.notice", str(notice.pk), user) == f"/notices/{notice.pk}/"
    assert providers.href_of("penalties.noticerequest", str(notice.request_id), user).endswith(
        f"/{notice.request_id}/"
    )
    cme = UserFactory(role="cme_officer")
    assert providers.href_of("penalties.notice", str(notice.pk), cme) == ""
    assert f"/notices/{notice.pk}/" in text_of(client.get(f"/pupils/{notice.pupil_id}/"))


def test_the_first_page_says_what_waits_for_whom() -> None:
    proposed, approved = a_notice("proposed"), a_notice("approved")
    unpaid = a_notice(when=later(-40))
    ending.fall_due(on=date(2026, 11, 23), last=None)
    limit = ending.limits_of(unpaid, date(2026, 11, 23))
    assert limit is not None
    manager = text_of(sign_in("service_manager")[0].get("/"))
    assert f"/notices/review/?notice={proposed.pk}" in manager
    assert "1 notice approved, to be posted" in manager
    assert f"{unpaid.number}, {unpaid.pupil.name}" in manager
    assert f"limit {limit.safe_date.day}" in manager
    officer = text_of(sign_in("ewo")[0].get("/"))
    assert "Notices to approve" not in officer and "Unpaid: prosecute" not in officer
    legal = text_of(sign_in("legal_coordinator")[0].get("/"))
    assert "Unpaid: prosecute or withdraw" in legal and "Notices to issue" not in legal
    assert approved.pk
