"""The forms that are open to anybody, whatever room they are of."""

from typing import Any, Final

from mainstay.service.accounts.context import public_forms

KINDS: Final = ("pay", "report", "ask", "complain")


def open_forms() -> list[dict[str, Any]]:
    """Each as ``public_forms`` has it, the kinds in their order."""
    offered = [one for given in public_forms.ask() for one in given]
    return sorted(offered, key=lambda one: (KINDS.index(one["kind"]), one.get("order", 50), one["text"]))
