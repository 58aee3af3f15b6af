"""Which permission each page of money needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "payments": "see_income",
    "payments_export": "see_income",
    "payment": "see_income",
    "payment_find": "record_payments",
    "payment_record": "record_payments",
    "notice_receipt": "record_payments",
    "refunds": "see_income",
    "refunds_export": "see_income",
    "refund_done": "record_payments",
    "bank_files": "record_payments",
    "bank_file": "record_payments",
    "bank_lines": "record_payments",
    "bank_line_match": "record_payments",
    "income": "see_income",
    "income_export": "see_income",
    "finance": "see_income",
    "finance_make": "see_income",
    "finance_export": "see_income",
}
