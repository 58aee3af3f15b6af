"""Addresses of Fast Tracks, of interviews under caution, of chairs and values."""

from django.urls import path

from mainstay.service.casework.views import (
    fast_track_inviting,
    fast_track_letters,
    fast_track_meeting,
    fast_track_reviewing,
    fast_track_settings,
    fast_tracks,
    interviews,
)

ONE = "fast-tracks/<int:pk>/"
HELD = "interviews/<int:pk>/"

urlpatterns = [
    path("fast-tracks/", fast_tracks.fast_tracks, name="fast_tracks"),
    path("fast-tracks/export.<str:kind>", fast_tracks.export, name="fast_tracks_export"),
    path("fast-tracks/chairs/", fast_track_settings.chairs, name="chairs"),
    path("fast-tracks/chairs/<int:pk>/end/", fast_track_settings.chair_end, name="chair_end"),
    path("fast-tracks/values/", fast_track_settings.values, name="fast_track_values"),
    path("fast-tracks/values/<str:name>/", fast_track_settings.value_set, name="fast_track_value_set"),
    path("cases/<int:pk>/fast-track/", fast_tracks.new, name="fast_track_new"),
    path(ONE, fast_tracks.fast_track, name="fast_track"),
    path(f"{ONE}meeting/", fast_track_inviting.meeting, name="fast_track_meeting"),
    path(f"{ONE}parents/<int:parent>/needs/", fast_track_inviting.parents_needs, name="fast_track_needs"),
    path(f"{ONE}parents/<int:parent>/leaflet/", fast_track_inviting.leaflet, name="fast_track_leaflet"),
    path(f"{ONE}parents/<int:parent>/letter.pdf", fast_track_inviting.preview, name="fast_track_letter"),
    path(f"{ONE}send/", fast_track_inviting.send, name="fast_track_send"),
    path(f"{ONE}rearrange/", fast_track_inviting.rearrange, name="fast_track_rearrange"),
    path(f"{ONE}hold/", fast_track_meeting.hold, name="fast_track_hold"),
    path(f"{ONE}absent/", fast_track_meeting.absent, name="fast_track_absent"),
    path(f"{ONE}plan/", fast_track_meeting.plan, name="fast_track_plan"),
    path(f"{ONE}plan/send/", fast_track_letters.send_plan, name="fast_track_plan_send"),
    path(f"{ONE}lines/<int:line>/out/", fast_track_meeting.line_drop, name="fast_track_line_drop"),
    path(f"{ONE}lines/<int:line>/done/", fast_track_meeting.line_done, name="fast_track_line_done"),
    path(f"{ONE}half-way/", fast_track_reviewing.midpoint, name="fast_track_midpoint"),
    path(f"{ONE}forward/", fast_track_reviewing.forward, name="fast_track_forward"),
    path(f"{ONE}go-on/", fast_track_reviewing.go_on, name="fast_track_go_on"),
    path(f"{ONE}review/", fast_track_reviewing.review, name="fast_track_review"),
    path(f"{ONE}review/day/", fast_track_letters.review_day, name="fast_track_review_day"),
    path(f"{ONE}review/send/", fast_track_letters.send_review, name="fast_track_review_send"),
    path(
        f"{ONE}parents/<int:parent>/review.pdf",
        fast_track_letters.preview_review,
        name="fast_track_review_letter",
    ),
    path(f"{ONE}outcome/send/", fast_track_letters.send_outcome, name="fast_track_outcome_send"),
    path(
        f"{ONE}parents/<int:parent>/outcome.pdf",
        fast_track_letters.preview_outcome,
        name="fast_track_outcome_letter",
    ),
    path(f"{ONE}relapse/", fast_track_reviewing.relapse, name="fast_track_relapse"),
    path(f"{ONE}end/", fast_track_reviewing.end, name="fast_track_end"),
    path(f"{ONE}parents/<int:parent>/interview/", interviews.begin, name="interview_begin"),
    path(HELD, interviews.interview, name="interview"),
    path(f"{HELD}record.pdf", interviews.record_pdf, name="interview_pdf"),
    path(f"{HELD}go/", interviews.go, name="interview_go"),
    path(f"{HELD}stop/", interviews.stop, name="interview_stop"),
    path(f"{HELD}resume/", interviews.resume, name="interview_resume"),
    path(f"{HELD}add/", interviews.add, name="interview_add"),
]
