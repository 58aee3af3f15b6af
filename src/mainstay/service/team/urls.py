"""Addresses of the room, subject by subject."""

from django.urls import path

from mainstay.service.team.views import absences, caseloads, contacts, duty, quality, rota, supervision, values

urlpatterns = [
    path("contacts/", contacts.contact_cards, name="contact_cards"),
    path("team/", contacts.link_officers, name="link_officers"),
    path("team/contact/", contacts.mine, name="contact_mine"),
    path("team/contacts/<int:pk>/", contacts.of_colleague, name="contact_of"),
    path("team/caseloads/", caseloads.caseloads, name="caseloads"),
    path("team/away/", absences.absences, name="absences"),
    path("team/away/new/", absences.new, name="absence_new"),
    path("team/away/new-for-a-colleague/", absences.new_for_colleague, name="absence_new_for"),
    path("team/away/<int:pk>/", absences.absence, name="absence"),
    path("team/away/<int:pk>/cancel/", absences.cancel, name="absence_cancel"),
    path("team/away/<int:pk>/ask/", absences.ask, name="cover_ask"),
    path("team/away/<int:pk>/rearrange/<int:meeting>/", absences.rearrange, name="cover_rearrange"),
    path("team/cover/<int:pk>/answer/", absences.answer, name="cover_answer"),
    path("team/cover/<int:pk>/undo/", absences.undo, name="cover_undo"),
    path("team/duty/", duty.desk, name="duty"),
    path("team/duty/calls/", duty.calls, name="duty_calls"),
    path("team/duty/calls/export.<str:kind>", duty.export, name="duty_calls_export"),
    path("team/duty/calls/<int:pk>/", duty.call, name="duty_call"),
    path("team/duty/rota/", rota.rota, name="duty_rota"),
    path("team/duty/rota/set/", rota.set_days, name="duty_rota_set"),
    path("team/duty/rota/fill/", rota.fill, name="duty_rota_fill"),
    path("team/duty/rota/<int:pk>/swap/", rota.ask_swap, name="swap_ask"),
    path("team/duty/swaps/<int:pk>/", rota.answer_swap, name="swap_answer"),
    path("team/supervision/", supervision.supervisions, name="supervisions"),
    path("team/supervision/new/", supervision.new, name="supervision_new"),
    path("team/supervision/<int:pk>/", supervision.supervision, name="supervision"),
    path("team/supervision/<int:pk>/write/", supervision.write, name="supervision_write"),
    path("team/supervision/<int:pk>/discuss/", supervision.discuss, name="supervision_discuss"),
    path("team/supervision/<int:pk>/act/", supervision.act, name="supervision_act"),
    path("team/supervision/<int:pk>/sign/", supervision.sign, name="supervision_sign"),
    path("team/quality/", quality.quality, name="quality"),
    path("team/quality/draw/", quality.draw, name="quality_draw"),
    path("team/quality/<int:pk>/", quality.review, name="quality_review"),
    path("team/quality/<int:pk>/moderate/", quality.moderate, name="quality_moderate"),
    path("team/settings/", values.team_values, name="team_values"),
    path("team/settings/<slug:name>/", values.set_value, name="team_value_set"),
]
