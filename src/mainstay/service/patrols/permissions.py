"""Which permission each page of this room needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "patrols": "see_patrols",
    "patrols_export": "follow_patrol",
    "patrol_figures": "follow_patrol",
    "patrol_figures_export": "follow_patrol",
    "patrol_lines_export": "follow_patrol",
    "patrol_authority": "plan_patrol",
    "patrol_place_new": "plan_patrol",
    "patrol_place_told": "plan_patrol",
    "patrol_place_end": "plan_patrol",
    "patrol_direction_new": "plan_patrol",
    "patrol_direction_withdraw": "plan_patrol",
    "patrol_new": "plan_patrol",
    "patrol_change": "plan_patrol",
    "patrol": "see_patrols",
    "patrol_go": "log_patrol",
    "patrol_cancel": "plan_patrol",
    "patrol_meet": "log_patrol",
    "patrol_encounter": "see_patrols",
    "patrol_identify": "log_patrol",
    "patrol_look_up": "follow_patrol",
    "patrol_recognise": "follow_patrol",
    "patrol_ask": "follow_patrol",
    "patrol_check": "follow_patrol",
    "patrol_list": "follow_patrol",
    "patrol_conclude": "log_patrol",
    "patrol_follow": "follow_patrol",
    # the school's own pages
    "patrol_asked": "check_patrol",
    "patrol_answer": "check_patrol",
}
