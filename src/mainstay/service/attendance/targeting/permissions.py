"""Which permission each page of targeting meetings needs."""

from typing import Final

from mainstay.service.accounts.permissions import PUBLIC

PAGES: Final[dict[str, str | None]] = {
    "targeting_meetings": "see_meetings",
    "targeting_meetings_export": "export_lists",
    "targeting_meeting_new": "hold_meetings",
    "targeting_meeting": "see_meetings",
    "targeting_children": "see_meetings",
    "targeting_meeting_move": "hold_meetings",
    "targeting_meeting_ask": "hold_meetings",
    "targeting_meeting_cancel": "hold_meetings",
    "targeting_meeting_pack": "hold_meetings",
    "targeting_meeting_begin": "hold_meetings",
    "targeting_live": "hold_meetings",
    "targeting_live_write": "hold_meetings",
    "targeting_live_whole": "hold_meetings",
    "targeting_live_find": "hold_meetings",
    "targeting_live_remove": "hold_meetings",
    "targeting_live_end": "hold_meetings",
    "targeting_agree": "hold_meetings",
    "targeting_summary": "see_meetings",
    "targeting_agree_back": "hold_meetings",
    "targeting_actions": "see_meetings",
    "targeting_actions_export": "export_lists",
    "targeting_action_done": "see_meetings",
    "targeting_guest": PUBLIC,
    "targeting_coverage": "see_team",
    "targeting_coverage_export": "see_team",
    "targeting_frequency": "allocate",
}
