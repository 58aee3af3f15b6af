"""Opening a letter: the number, surname and postcode that stand on it, and the session that remembers it for a while.

Nothing here tells whether a number exists: every mismatch is answered with the same words, after the same work. The
session holds ids of notices only, and forgets them half an hour after the last look.
"""

import hmac
from typing import Any, Final, cast

from django.http import HttpRequest
from django.utils import timezone

from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.open_pages import HOUR, client_address
from mainstay.service.penalties.letters import postcode_key, surname_key
from mainstay.service.penalties.models import Notice

_IN_SESSION: Final = "letters"
IDLE: Final = (
    30 * 60
)  # seconds; our own choice: time to find a card, too short for the next person at a library
#: letters that are no other letter with an accent, as people type them who have no key for them
_PLAIN: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
#: tries an hour, our own choice: strict for one letter from one place; looser for a letter, so that nobody can lock
#: another out; looser still for a place, since a whole school may sit behind one address
TRIES_HERE: Final = 10
TRIES: Final = 60
TRIES_FROM: Final = 300


def within_tries(request: HttpRequest, number: str) -> bool:
    """Count one try, whether such a letter exists or not; False beyond any limit."""
    address = client_address(request)
    return all(
        [
            within_limit("letter-from", address, most=TRIES_FROM, seconds=HOUR),
            within_limit("letter", number, most=TRIES, seconds=HOUR),
            within_limit("letter-here", f"{number} {address}", most=TRIES_HERE, seconds=HOUR),
        ]
    )


def find(number: str, surname: str, postcode: str) -> Notice | None:
    """The issued notice with that number to somebody of that surname at that postcode."""
    notice = Notice.objects.issued().filter(number=number).first()
    keys = (notice.surname_key, notice.postcode_key) if notice else ("", "")
    typed = surname_key(surname), postcode_key(postcode)
    alike = [
        hmac.compare_digest(one.translate(_PLAIN).encode(), other.translate(_PLAIN).encode())
        for one, other in zip(typed, keys, strict=True)
    ]
    return notice if all(alike) and all(keys) else None


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What the session holds, if it was looked at lately; looking keeps it."""
    kept = cast("dict[str, Any]", request.session.get(_IN_SESSION, {}))
    now = int(timezone.now().timestamp())
    if not kept:
        return {}
    if now - kept["at"] > IDLE:
        close(request)
        return {}
    request.session[_IN_SESSION] = kept | {"at": now}
    return kept


def open_letter(request: HttpRequest, notice: Notice) -> None:
    """Remember that this letter was opened, and show it."""
    kept = _kept(request)
    if not kept:
        request.session.cycle_key()
    ids = [pk for pk in kept.get("ids", []) if pk != notice.pk]
    at = int(timezone.now().timestamp())
    request.session[_IN_SESSION] = {"ids": [*ids, notice.pk], "shown": notice.pk, "at": at}


def opened(request: HttpRequest) -> list[Notice]:
    """The letters opened in this session, in the order they were."""
    ids = _kept(request).get("ids", [])
    found = Notice.objects.issued().select_related("pupil", "school", "document", "request").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def shown(request: HttpRequest) -> Notice | None:
    """The letter that is looked at."""
    pk = _kept(request).get("shown")
    return next((notice for notice in opened(request) if notice.pk == pk), None)


def show(request: HttpRequest, notice: Notice) -> None:
    request.session[_IN_SESSION] = _kept(request) | {"shown": notice.pk}


def put_away(request: HttpRequest, notice: Notice) -> None:
    """Forget one letter; the last of those left is shown."""
    ids = [pk for pk in _kept(request).get("ids", []) if pk != notice.pk]
    if ids:
        request.session[_IN_SESSION] = _kept(request) | {"ids": ids, "shown": ids[-1]}
    else:
        close(request)


def close(request: HttpRequest) -> None:
    request.session.pop(_IN_SESSION, None)
