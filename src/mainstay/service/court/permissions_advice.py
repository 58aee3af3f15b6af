"""Which permission each page of legal advice needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "advice_list": "ask_advice",
    "advice_export": "export_lists",
    "advice": "ask_advice",
    "advice_instruct": "instruct",
    "advice_end": "instruct",
    "advice_answer": "ask_advice",
    "advice_file": "ask_advice",
    "advice_opinion": "ask_advice",
}
