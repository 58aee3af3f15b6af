"""Inviting people, giving roles, leaving; keys; the audit page."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import SchoolFactory, TrustFactory, UserFactory

from mainstay.service.accounts.actions import people
from mainstay.service.accounts.models import ApiToken, Invitation, RoleHeld, User
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.directory.models import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    user: User = UserFactory(role="service_manager", name="Ruth Calder")
    return user


@pytest.fixture
def managing(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def invite(client: Client, **changes: object):  # type: ignore[no-untyped-def]
    said = {"email": "new@example.org", "name": "Noor Amin", "post": "Officer", "role": "ewo"}
    return client.post(reverse("invitation_new"), said | changes)


def link_of(page: str) -> str:
    found = re.search(r"http://testserver(/join/[\w-]+/)", page)
    assert found
    return found[1]


def test_an_invited_person_chooses_a_password_and_is_in(managing: Client) -> None:
    link = link_of(invite(managing).content.decode())
    assert link in Message.objects.get().body
    assert link.split("/")[2] not in str(list(Invitation.objects.values()))
    guest = Client()
    assert "Noor Amin" in guest.get(link).content.decode()
    assert guest.post(link, {"name": "Noor Amin", "password": "three-odd-words"}).status_code == 302
    joined = User.objects.get(email="new@example.org")
    assert joined.may("consider_finding")
    assert guest.get(reverse("profile")).status_code == 200
    assert guest.get(link).status_code == 410


def test_an_invitation_ends_after_seven_days(managing: Client) -> None:
    link = link_of(invite(managing).content.decode())
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 410


def test_a_withdrawn_invitation_does_not_work(managing: Client) -> None:
    link = link_of(invite(managing).content.decode())
    managing.post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]))
    assert Client().post(link, {"name": "x", "password": "three-odd-words"}).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_school_role_needs_a_school_and_others_must_not_have_one(managing: Client) -> None:
    school = SchoolFactory()
    assert "Choose the schools" in invite(managing, role="school_staff").content.decode()
    assert invite(managing, role="ewo", schools=[school.pk]).status_code == 400
    assert not Invitation.objects.exists()


def test_somebody_is_invited_for_two_schools_and_another_for_a_trust(managing: Client) -> None:
    schools, trust = [SchoolFactory(), SchoolFactory()], TrustFactory()
    of_trust = SchoolFactory(trust=trust)
    said = {"name": "Noor Amin", "password": "three-odd-words"}
    first = link_of(invite(managing, role="school_staff", schools=[s.pk for s in schools]).content.decode())
    second = link_of(
        invite(managing, role="head_teacher", trust=trust.pk, email="other@example.org").content.decode()
    )
    Client().post(first, said)
    Client().post(second, said)
    assert set(School.objects.visible_to(User.objects.get(email="new@example.org"))) == set(schools)
    assert set(School.objects.visible_to(User.objects.get(email="other@example.org"))) == {of_trust}


def test_a_school_user_is_given_a_school_and_taken_from_it_on_their_page(managing: Client) -> None:
    person, school = UserFactory(), SchoolFactory()
    said = {"role": "school_staff", **parts("since", timezone.localdate())}
    where = reverse("user_posts", args=[person.pk])
    assert managing.post(reverse("user_role_give", args=[person.pk]), said).url == where  # type: ignore[attr-defined]
    today = parts("since", timezone.localdate())
    assert "Choose a school or a trust" in managing.post(where, today).content.decode()
    managing.post(where, {"schools": [school.pk], **today})
    assert school.name in managing.get(reverse("user", args=[person.pk])).content.decode()
    post = person.school_posts.get()
    managing.post(reverse("user_post_end", args=[person.pk, post.pk]))
    assert school.name not in managing.get(reverse("user", args=[person.pk])).content.decode()


def test_a_leaver_who_comes_back_is_given_a_school_again(managing: Client) -> None:
    school = SchoolFactory()
    person = UserFactory(role="school_staff", school=school)
    yesterday = timezone.localdate() - timedelta(days=1)
    managing.post(reverse("user_leave", args=[person.pk]), parts("last_day", yesterday))
    managing.post(reverse("user_return", args=[person.pk]))
    assert not School.objects.visible_to(User.objects.get(pk=person.pk)).exists()
    today = parts("since", timezone.localdate())
    managing.post(reverse("user_role_give", args=[person.pk]), {"role": "school_staff", **today})
    managing.post(reverse("user_posts", args=[person.pk]), {"schools": [school.pk], **today})
    assert list(School.objects.visible_to(User.objects.get(pk=person.pk))) == [school]


def test_somebody_with_an_account_is_not_invited_again(managing: Client) -> None:
    UserFactory(email="new@example.org")
    assert "has an account already" in invite(managing).content.decode()


def test_a_weak_password_does_not_make_an_account(managing: Client) -> None:
    link = link_of(invite(managing).content.decode())
    page = Client().post(link, {"name": "Noor Amin", "password": "noor.amin"})
    assert page.status_code == 400
    assert not User.objects.filter(email="new@example.org").exists()


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_a_role_is_given_from_a_day_and_ended(managing: Client) -> None:
    person, today = UserFactory(), timezone.localdate()
    managing.post(
        reverse("user_role_give", args=[person.pk]),
        {"role": "ewo", **parts("since", today), **parts("until", today)},
    )
    assert User.objects.get(pk=person.pk).may("see_findings")
    held = RoleHeld.objects.get(user=person)
    managing.post(reverse("user_role_end", args=[person.pk, held.pk]))
    assert not User.objects.get(pk=person.pk).may("see_findings")


def test_nobody_changes_their_own_roles(managing: Client, manager: User) -> None:
    said = {"role": "administrator", **parts("since", timezone.localdate())}
    managing.post(reverse("user_role_give", args=[manager.pk]), said)
    assert not User.objects.get(pk=manager.pk).may("manage_tokens")


def test_the_same_role_is_not_held_twice_at_once(managing: Client) -> None:
    person = UserFactory(role="ewo")
    said = {"role": "ewo", **parts("since", timezone.localdate())}
    page = managing.post(reverse("user_role_give", args=[person.pk]), said, follow=True)
    assert "already" in page.content.decode()
    assert RoleHeld.objects.filter(user=person).count() == 1


def test_a_leaver_is_out_the_day_after_the_last_day(managing: Client) -> None:
    person, today = UserFactory(role="ewo"), timezone.localdate()
    key = ApiToken.objects.create(
        name="k", user=person, prefix="p", token_hash="h", scopes=["rules"], made_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    managing.post(reverse("user_leave", args=[person.pk]), parts("last_day", today))
    assert User.objects.get(pk=person.pk).is_active
    people.deactivate_leavers(on=today + timedelta(days=1), last=None)
    person, key = User.objects.get(pk=person.pk), ApiToken.objects.get(pk=key.pk)
    assert not person.is_active
    assert key.revoked_at is not None
    assert RoleHeld.objects.get(user=person).until == today
    managing.post(reverse("user_return", args=[person.pk]))
    assert User.objects.get(pk=person.pk).is_active


def test_the_list_is_filtered_and_exported_as_shown(managing: Client) -> None:
    UserFactory(name="Zoë Ångström", role="ewo")
    UserFactory(name="Old Hand", is_active=False)
    page = managing.get(reverse("users"), {"q": "zoe angstrom"}).content.decode()
    assert "Zoë Ångström" in page
    assert "Ruth Calder</a>" not in page
    assert "Old Hand" not in managing.get(reverse("users")).content.decode()
    assert "Old Hand" in managing.get(reverse("users"), {"state": "left"}).content.decode()
    export = b"".join(managing.get(reverse("users_export", args=["csv"]), {"role": "ewo"})).decode()  # type: ignore[arg-type]
    assert "Zoë Ångström" in export
    assert "Ruth Calder" not in export


def test_the_pages_of_people_take_few_queries(managing: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(30):
        UserFactory(role="ewo")
    with django_assert_max_num_queries(12):
        managing.get(reverse("users"))
    with django_assert_max_num_queries(20):
        managing.get(reverse("user", args=[UserFactory(role="ewo").pk]))


def make_key(client: Client, **changes: object):  # type: ignore[no-untyped-def]
    return client.post(
        reverse("token_new"), {"name": "register system", "scopes": ["rules"], "months": "3"} | changes
    )


def test_a_key_is_shown_once_and_kept_hashed(managing: Client, manager: User) -> None:
    page = make_key(managing).content.decode()
    key = re.search(r"mainstay_\w+_[\w-]+", page)
    assert key
    assert key[0] not in str(list(ApiToken.objects.values()))
    assert key[0] not in managing.get(reverse("profile")).content.decode()


def test_a_key_cannot_hold_more_than_its_owner(client: Client) -> None:
    client.force_login(UserFactory(role="police_liaison"))
    assert make_key(client, scopes=["registers:write"]).status_code == 400
    assert not ApiToken.objects.exists()


def test_only_the_owner_and_who_manages_keys_may_revoke(managing: Client, manager: User) -> None:
    make_key(managing)
    key = ApiToken.objects.get()
    other = Client()
    other.force_login(UserFactory(role="ewo"))
    assert other.post(reverse("token_revoke", args=[key.pk])).status_code == 404
    admin = Client()
    admin.force_login(UserFactory(role="administrator"))
    assert "register system" in admin.get(reverse("tokens")).content.decode()
    admin.post(reverse("token_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_audit_page_filters_and_exports(managing: Client, manager: User) -> None:
    make_key(managing)
    page = managing.get(reverse("audit"), {"action": "token.made", "person": "calder"}).content.decode()
    assert "token.made" in page
    rows = b"".join(managing.get(reverse("audit_export", args=["csv"]), {"action": "token.made"})).decode()  # type: ignore[arg-type]
    assert rows.count("token.made") == AuditRow.objects.filter(action="token.made").count()
    assert managing.get(reverse("audit_export", args=["xlsx"])).status_code == 200
    assert managing.get(reverse("audit_export", args=["doc"])).status_code == 404


def test_who_took_out_the_people_or_the_trail_is_in_the_trail(managing: Client, manager: User) -> None:
    for name, action in (("users_export", "people.exported"), ("audit_export", "audit.exported")):
        managing.get(reverse(name, args=["xlsx"]))
        row = AuditRow.objects.get(action=action)
        assert row.by == manager
        assert row.payload["rows"] >= 1  # type: ignore[index]


def test_the_chain_is_checked_on_request(managing: Client) -> None:
    managing.post(reverse("audit_check"))
    assert "The chain holds" in managing.get(reverse("audit")).content.decode()


def test_a_faulty_filter_keeps_what_was_typed_and_says_why(managing: Client) -> None:
    page = managing.get(reverse("audit"), {"since": "2026-05-02", "until": "2026-05-01"}).content.decode()
    assert "must not be after" in page
