"""Addresses of the room."""

from django.urls import path

from mainstay.service.patrols.views import answering, authority, figures, meeting, patrols

MET = "patrols/met/<int:pk>/"

urlpatterns = [
    path("patrols/", patrols.patrols, name="patrols"),
    path("patrols/export.<str:kind>", patrols.export, name="patrols_export"),
    path("patrols/figures/", figures.figures, name="patrol_figures"),
    path("patrols/figures/export.<str:kind>", figures.export, name="patrol_figures_export"),
    path("patrols/figures/children.<str:kind>", figures.lines_export, name="patrol_lines_export"),
    path("patrols/authority/", authority.authority, name="patrol_authority"),
    path("patrols/authority/place/", authority.new_place, name="patrol_place_new"),
    path("patrols/authority/place/<int:pk>/told/", authority.told, name="patrol_place_told"),
    path("patrols/authority/place/<int:pk>/end/", authority.end_place, name="patrol_place_end"),
    path("patrols/authority/direction/", authority.new_direction, name="patrol_direction_new"),
    path(
        "patrols/authority/direction/<int:pk>/withdraw/", authority.withdraw, name="patrol_direction_withdraw"
    ),
    path("patrols/new/", patrols.new, name="patrol_new"),
    path("patrols/<int:pk>/", patrols.patrol, name="patrol"),
    path("patrols/<int:pk>/plan/", patrols.change, name="patrol_change"),
    path("patrols/<int:pk>/go/<str:step>/", patrols.go, name="patrol_go"),
    path("patrols/<int:pk>/cancel/", patrols.cancel, name="patrol_cancel"),
    path("patrols/<int:pk>/meet/", meeting.meet, name="patrol_meet"),
    path(MET, meeting.encounter, name="patrol_encounter"),
    path(f"{MET}who/", meeting.identify, name="patrol_identify"),
    path(f"{MET}look-up/", meeting.look_up, name="patrol_look_up"),
    path(f"{MET}look-up/<int:pupil>/", meeting.recognise, name="patrol_recognise"),
    path(f"{MET}ask/", meeting.ask, name="patrol_ask"),
    path(f"{MET}check/", meeting.check, name="patrol_check"),
    path(f"{MET}list/", meeting.look_at_list, name="patrol_list"),
    path(f"{MET}done/", meeting.conclude, name="patrol_conclude"),
    path(f"{MET}follow-up/", meeting.follow, name="patrol_follow"),
    path("patrols/asked/", answering.asked, name="patrol_asked"),
    path("patrols/asked/<int:pk>/", answering.answer, name="patrol_answer"),
]
