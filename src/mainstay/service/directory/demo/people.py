"""Who signs in to the made-up city: one person for each role, and its link officers."""

from datetime import date
from typing import Final

from django.contrib.auth.hashers import make_password

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import LABELS, Role
from mainstay.service.directory.models import LinkOfficer, School, SchoolPost

PASSWORD: Final = "made-up-city-2026"  # noqa: S105  printed by ``mainstay demo``: nobody real is behind it
DOMAIN: Final = "example.org"
#: sign-in name -> who that is
SIGN_INS: Final = {
    "officer": ("Leila Marsh", Role.EWO),
    "senior": ("Tom Adeyemi", Role.SENIOR_EWO),
    "manager": ("Ruth Calder", Role.SERVICE_MANAGER),
    "legal": ("Owen Pritchard", Role.LEGAL_COORDINATOR),
    "support": ("Jean Hollis", Role.BUSINESS_SUPPORT),
    "cme": ("Farida Noor", Role.CME_OFFICER),
    "school": ("Chris Bell", Role.SCHOOL_STAFF),
    "head": ("Margaret Stone", Role.HEAD_TEACHER),
    "principal": ("Alan Birch", Role.HEAD_TEACHER),
    "trust": ("Dev Kapoor", Role.SCHOOL_STAFF),
    "solicitor": ("Helen Frost", Role.SOLICITOR),
    "employment": ("Sean Doyle", Role.CHILD_EMPLOYMENT_OFFICER),
    "police": ("Kate Lyle", Role.POLICE_LIAISON),
    "finance": ("Bill Archer", Role.FINANCE),
    "governance": ("Nina Varga", Role.INFORMATION_GOVERNANCE),
    "admin": ("Sam Whitlock", Role.ADMINISTRATOR),
}
OFFICERS: Final = (
    "Aisha Rowe", "Daniel Okoro", "Bethan Price", "Marek Zielak", "Joanna Firth", "Hamza Sheikh",
    "Claire Nunn", "Peter Quill", "Ewa Lisowska", "Grace Tembo", "Neil Harding", "Yasmin Khalil",
)  # fmt: skip


def make_users(since: date) -> dict[str, User]:
    """Everybody who signs in, by the name before the @; all share the demo's password."""
    secret = make_password(PASSWORD)
    people = {name: (full, role) for name, (full, role) in SIGN_INS.items()}
    people |= {full.lower().replace(" ", "."): (full, Role.EWO) for full in OFFICERS}
    users = User.objects.bulk_create(
        User(email=f"{name}@{DOMAIN}", name=full, post=LABELS[role], password=secret)
        for name, (full, role) in people.items()
    )
    RoleHeld.objects.bulk_create(
        RoleHeld(user=user, role=role, since=since)
        for user, (_, role) in zip(users, people.values(), strict=True)
    )
    return dict(zip(people, users, strict=True))


def give_posts(users: dict[str, User], schools: list[School], since: date) -> None:
    """A school and its principal, another's head and the trust's officer get their posts; every school a link officer."""
    secondary = next((s for s in schools if s.phase == School.Phase.SECONDARY), schools[0])
    primary = next((s for s in schools if s.phase == School.Phase.PRIMARY), schools[0])
    posts = [
        SchoolPost(user=users["school"], school=secondary, since=since),
        SchoolPost(user=users["principal"], school=secondary, since=since),
        SchoolPost(user=users["head"], school=primary, since=since),
    ]
    trust = max(
        (s.trust_id for s in schools if s.trust_id),
        key=[s.trust_id for s in schools].count,
        default=None,
    )
    if trust is not None:
        posts.append(SchoolPost(user=users["trust"], trust_id=trust, since=since))
    SchoolPost.objects.bulk_create(posts)
    officers = [user for name, user in users.items() if name in ("officer", "senior") or "." in name]
    LinkOfficer.objects.bulk_create(
        LinkOfficer(school=school, officer=officers[n % len(officers)], since=since)
        for n, school in enumerate(schools)
    )
