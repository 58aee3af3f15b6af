"""What makes social care or the police the first call: a local list, to be confirmed by the service."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mainstay.service.missing.models import Alert

To = Alert.To


@dataclass(frozen=True, slots=True)
class Trigger:
    words: str
    to: tuple[str, ...]


TRIGGERS: Final = {
    "protection": Trigger("The child has a child protection plan", (To.SOCIAL_CARE,)),
    "in_care": Trigger("A council looks after the child", (To.SOCIAL_CARE,)),
    "worker": Trigger("The child or a brother or sister has a social worker", (To.SOCIAL_CARE,)),
    "harm": Trigger("Somebody may be harming the child, or may be about to", (To.SOCIAL_CARE, To.POLICE)),
    "crime": Trigger("A crime against the child may have been committed", (To.POLICE,)),
    "away": Trigger("The child is missing from home, too", (To.POLICE, To.SOCIAL_CARE)),
    "vanished": Trigger("The family left suddenly, and nobody can say where the child is", (To.SOCIAL_CARE,)),
    "exploited": Trigger(
        "Fear of exploitation, trafficking, forced marriage or female genital mutilation",
        (To.SOCIAL_CARE, To.POLICE),
    ),
    "other": Trigger("Another reason to fear for the child", (To.SOCIAL_CARE,)),
}
#: flags of a referral that are triggers by themselves
OF_FLAGS: Final = {"protection": "protection", "in_care": "in_care", "in_need": "worker"}


def whom(risks: Iterable[str]) -> list[str]:
    """Who must be told of these, in the order of ``Alert.To``."""
    wanted = {to for name in risks if name in TRIGGERS for to in TRIGGERS[name].to}
    return [to for to in To.values if to in wanted]


def by_flags(flags: Iterable[str]) -> list[str]:
    return [OF_FLAGS[flag] for flag in flags if flag in OF_FLAGS]
