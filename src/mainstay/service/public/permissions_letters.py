"""The parent's pages ask for what stands on the letter, and GOV.UK Pay for its signature."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

_NAMES: Final = (
    "letter_open", "letter_read", "letter_representation", "letter_receipt", "letter_leave", "letter_basket",
    "letter_pay", "letter_paid", "pay_webhook",
)  # fmt: skip
PAGES: Final[dict[str, str | None]] = dict.fromkeys(_NAMES, PUBLIC)
