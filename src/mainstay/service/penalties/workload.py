"""What requests for penalty notices say to the team: who checks how many."""

from typing import Final

from django.db.models import Count

from mainstay.service.penalties.models import NoticeRequest
from mainstay.service.team import providers
from mainstay.service.team.providers import Load, Weight

#: how heavy a request to check is; our own choice: about an hour against the days of a case
WEIGHT: Final = Weight("notice_request", "A notice request to check", 1)


def weights() -> list[Weight]:
    return [WEIGHT]


def work(users: list[int]) -> dict[int, list[Load]]:
    """Requests to check by officer; one query."""
    waiting = NoticeRequest.objects.filter(owner__in=users, state=NoticeRequest.State.ASKED)
    counted = waiting.order_by().values_list("owner").annotate(n=Count("pk"))
    return {owner: [Load("Notice requests", number, WEIGHT.key)] for owner, number in counted}


def register() -> None:
    providers.weights.register(weights)
    providers.work.register(work)
