"""Addresses of targeting meetings."""

from django.urls import path

from mainstay.service.attendance.targeting.views import (
    actions,
    agreeing,
    coverage,
    guests,
    live,
    meetings,
    planning,
)

urlpatterns = [
    path("meetings/", meetings.meetings, name="targeting_meetings"),
    path("meetings/export.<str:kind>", meetings.export, name="targeting_meetings_export"),
    path("meetings/new/", planning.new, name="targeting_meeting_new"),
    path("meetings/actions/", actions.actions, name="targeting_actions"),
    path("meetings/actions/export.<str:kind>", actions.export, name="targeting_actions_export"),
    path("meetings/actions/<int:pk>/", actions.done, name="targeting_action_done"),
    path("meetings/guest/<str:token>/", guests.guest, name="targeting_guest"),
    path("meetings/coverage/", coverage.coverage, name="targeting_coverage"),
    path("meetings/coverage/export.<str:kind>", coverage.export, name="targeting_coverage_export"),
    path("meetings/coverage/<int:pk>/", coverage.frequency, name="targeting_frequency"),
    path("meetings/<int:pk>/", meetings.meeting, name="targeting_meeting"),
    path("meetings/<int:pk>/children/", meetings.children, name="targeting_children"),
    path("meetings/<int:pk>/move/", planning.move, name="targeting_meeting_move"),
    path("meetings/<int:pk>/ask/", planning.ask, name="targeting_meeting_ask"),
    path("meetings/<int:pk>/cancel/", planning.cancel, name="targeting_meeting_cancel"),
    path("meetings/<int:pk>/pack/", planning.make_pack, name="targeting_meeting_pack"),
    path("meetings/<int:pk>/begin/", live.begin, name="targeting_meeting_begin"),
    path("meetings/<int:pk>/live/", live.live, name="targeting_live"),
    path("meetings/<int:pk>/live/write/", live.write, name="targeting_live_write"),
    path("meetings/<int:pk>/live/whole/", live.whole, name="targeting_live_whole"),
    path("meetings/<int:pk>/live/find/", live.find, name="targeting_live_find"),
    path("meetings/<int:pk>/live/remove/", live.remove, name="targeting_live_remove"),
    path("meetings/<int:pk>/live/end/", live.end, name="targeting_live_end"),
    path("meetings/<int:pk>/agree/", agreeing.agree, name="targeting_agree"),
    path("meetings/<int:pk>/summary.pdf", agreeing.summary, name="targeting_summary"),
    path("meetings/<int:pk>/agree/back/", agreeing.back, name="targeting_agree_back"),
]
