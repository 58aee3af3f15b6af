"""How rooms speak without importing upwards: announcements and providers.

What a lower room tells a higher one it announces (``Announcement``); listeners run in the same
transaction, and one that fails undoes the change. What a lower room asks of a higher one it declares
as a ``Provider``; a declared provider nobody registered for is a start-up error (``check_providers``).
Nothing that belongs to one room may go in here.
"""

from collections.abc import Callable
from typing import Any

from django.core.checks import CheckMessage, Error, register


class Announcement:
    """``marks_changed = Announcement("what happened, and the keywords it carries")``."""

    def __init__(self, about: str) -> None:
        self.about = about
        self._listeners: list[Callable[..., None]] = []

    def subscribe(self, listener: Callable[..., None]) -> Callable[..., None]:
        """Call ``listener`` on every announcement; from ``apps.py``, once."""
        if listener not in self._listeners:
            self._listeners.append(listener)
        return listener

    def send(self, **facts: Any) -> None:
        for listener in self._listeners:
            listener(**facts)


_declared: list["Provider"] = []


class Provider:
    """A list of answers a lower room needs from higher ones, in the order they were registered."""

    def __init__(self, about: str, *, required: bool = False) -> None:
        self.about, self.required = about, required
        self._givers: list[Callable[..., Any]] = []
        _declared.append(self)

    def register(self, giver: Callable[..., Any]) -> Callable[..., Any]:
        if giver not in self._givers:
            self._givers.append(giver)
        return giver

    def ask(self, *args: Any, **kwargs: Any) -> list[Any]:
        return [giver(*args, **kwargs) for giver in self._givers]


@register
def check_providers(**_: Any) -> list[CheckMessage]:
    return [
        Error(f"nobody provides: {provider.about}", id="mainstay.E001")
        for provider in _declared
        if provider.required and not provider._givers
    ]
