"""What the worker and the daily timer do about money."""

from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.jobs.queue import handler
from mainstay.service.penalties.actions import bank, online, refunds
from mainstay.service.penalties.settling import REFUND


def register() -> None:
    """From ``apps.py``."""
    handler(online.LOOK)(online.look)
    handler(REFUND)(refunds.send_job)
    handler(bank.MATCH)(bank.match_job)
    daily("penalties.payments")(online.follow_up)
    daily("penalties.refunds")(refunds.follow_up)
