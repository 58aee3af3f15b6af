"""What GOV.UK Notify calls asks for a token of its own."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {"notify_webhook": PUBLIC}
