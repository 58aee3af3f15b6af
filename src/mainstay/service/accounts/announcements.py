"""What this room tells higher rooms, and what it asks of them."""

from typing import Any

from mainstay.service.common.announce import Announcement, Provider

#: an invitation was accepted: user, invitation (with school_ids and trust_id), at
joined = Announcement("somebody joined: user, invitation, at")
#: a person's last day was set: user, on, by, at
leaving = Announcement("somebody leaves: user, on, by, at")

#: a person's last day is over: what they held passes to others: user, at
left = Announcement("somebody has left: user, at")

#: what somebody has to take over: (user) -> list of {"text", "href"}; href may be ""
owned = Provider("what a person owns: (user) -> list of {'text', 'href'}")
#: schools a person may invite somebody to, or make a key for: (user) -> list of (id, name)
school_choices = Provider("schools to invite to or make a key for: (user) -> list of (id, name)")
#: trusts a school user may be invited to: (user) -> list of (id, name)
trust_choices = Provider("trusts to invite to: (user) -> list of (id, name)")
#: where a person works, in words: (user) -> list of texts
workplaces = Provider("schools and trusts a person works for: (user) -> list of texts")
#: things a person must hear nothing of, such as a complaint about them: (user) -> list of (kind, ids)
withheld = Provider("of which things a person sees no audit row and no message: (user) -> [(kind, ids)]")


def not_withheld(rows: Any, user: Any, kind: str, key: str) -> Any:
    """Rows about things without those kept from this person; kind, key: the fields that say what a row is about."""
    for about, ids in (one for given in withheld.ask(user) for one in given):
        rows = rows.exclude(**{kind: about, f"{key}__in": [str(pk) for pk in ids]})
    return rows
