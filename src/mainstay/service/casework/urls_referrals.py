"""Addresses of consultations, referrals and their checklist."""

from django.urls import path

from mainstay.service.casework.views import checklists, consultations, referral_page, referrals
from mainstay.service.casework.views import referral_checking as checking
from mainstay.service.casework.views import referral_letters as letters
from mainstay.service.casework.views import referral_writing as writing

ONE = "referrals/<int:pk>"
urlpatterns = [
    path("consultations/", consultations.consultations, name="consultations"),
    path("consultations/export.<str:kind>", consultations.export, name="consultations_export"),
    path("consultations/new/", consultations.new, name="consultation_new"),
    path("consultations/<int:pk>/", consultations.consultation, name="consultation"),
    path("consultations/<int:pk>/consultation.pdf", consultations.paper, name="consultation_paper"),
    path("consultations/<int:pk>/ask/", consultations.ask, name="consultation_ask"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/export.<str:kind>", referrals.export, name="referrals_export"),
    path("referrals/right-first-time/", checklists.quality, name="referrals_quality"),
    path("referrals/right-first-time/export.<str:kind>", checklists.quality_export, name="referrals_quality_export"),
    path("referrals/checklist/", checklists.current, name="checklist"),
    path("referrals/checklist/change/", checklists.edit, name="checklist_edit"),
    path("pupils/<int:pk>/referral/", referrals.new, name="referral_new"),
    path(f"{ONE}/", referral_page.referral, name="referral"),
    path(f"{ONE}/reasons/", writing.reasons, name="referral_reasons"),
    path(f"{ONE}/voice/", writing.voice, name="referral_voice"),
    path(f"{ONE}/agencies/", writing.agencies, name="referral_agencies"),
    path(f"{ONE}/parents/<int:parent>/", writing.parent, name="referral_parent"),
    path(f"{ONE}/evidence/", writing.evidence, name="referral_evidence"),
    path(f"{ONE}/evidence/<int:item>/", writing.item, name="referral_item"),
    path(f"{ONE}/papers/<int:paper>/", writing.paper, name="referral_paper"),
    path(f"{ONE}/papers/<int:paper>/remove/", writing.paper_remove, name="referral_paper_remove"),
    path(f"{ONE}/papers/<int:paper>/received/", checking.receive, name="referral_receive"),
    path(f"{ONE}/rounds/<int:number>.pdf", letters.round_paper, name="referral_round_paper"),
    path(f"{ONE}/letters/", letters.letters, name="referral_letters"),
    path(f"{ONE}/letters/to/<int:parent>/", letters.write, name="referral_letter_write"),
    path(f"{ONE}/letters/<int:letter>/", letters.file, name="referral_letter_file"),
    path(f"{ONE}/letters/<int:letter>/given/", letters.given, name="referral_letter_given"),
    path(f"{ONE}/ask-to-sign/", writing.ask_sign, name="referral_ask_sign"),
    path(f"{ONE}/sign/", writing.sign, name="referral_sign"),
    path(f"{ONE}/write-on/", writing.reopen, name="referral_reopen"),
    path(f"{ONE}/send/", writing.submit, name="referral_submit"),
    path(f"{ONE}/withdraw/", writing.withdraw, name="referral_withdraw"),
    path(f"{ONE}/acknowledge/", checking.acknowledge, name="referral_acknowledge"),
    path(f"{ONE}/check/", checking.check, name="referral_check"),
    path(f"{ONE}/pause/", checking.pause, name="referral_pause"),
    path(f"{ONE}/resume/", checking.resume, name="referral_resume"),
    path(f"{ONE}/officer/", checking.owner, name="referral_owner"),
    path(f"{ONE}/accept/", checking.accept, name="referral_accept"),
    path(f"{ONE}/override/", checking.override, name="referral_override"),
    path(f"{ONE}/send-back/", checking.send_back, name="referral_return"),
    path(f"{ONE}/reject/", checking.reject, name="referral_reject"),
    path(f"{ONE}/divert/", checking.divert, name="referral_divert"),
    path(f"{ONE}/appeal/", checking.appeal, name="referral_appeal"),
    path(f"{ONE}/appeal/decide/", checking.decide_appeal, name="referral_appeal_decide"),
]  # fmt: skip
