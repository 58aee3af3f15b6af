"""Which permission each page of Fast Tracks needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "fast_tracks": "see_cases",
    "fast_tracks_export": "export_lists",
    "chairs": "authorise_chairs",
    "chair_end": "authorise_chairs",
    "fast_track_values": "edit_checklist",
    "fast_track_value_set": "edit_checklist",
    "fast_track_new": "decide_fast_track",
    "fast_track": "see_cases",
    "fast_track_meeting": "invite_parents",
    "fast_track_needs": "invite_parents",
    "fast_track_leaflet": "invite_parents",
    "fast_track_letter": "invite_parents",
    "fast_track_send": "invite_parents",
    "fast_track_rearrange": "invite_parents",
    "fast_track_hold": "work_case",
    "fast_track_absent": "work_case",
    "fast_track_plan": "work_case",
    "fast_track_plan_send": "invite_parents",
    "fast_track_line_drop": "work_case",
    "fast_track_line_done": "see_cases",  # a school of its own lines
    "fast_track_midpoint": "work_case",
    "fast_track_forward": "work_case",
    "fast_track_go_on": "work_case",
    "fast_track_review": "work_case",
    "fast_track_relapse": "decide_fast_track",
    "fast_track_end": "work_case",
    "interview_begin": "interview",
    "interview": "read_interviews",
    "interview_pdf": "read_interviews",
    "interview_go": "interview",
    "interview_stop": "interview",
    "interview_resume": "interview",
    "interview_add": "interview",
}
