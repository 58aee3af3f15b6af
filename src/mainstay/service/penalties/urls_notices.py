"""Addresses of notices: the register, one notice and its steps, approving and issuing, the ledger."""

from django.urls import path

from mainstay.service.penalties.views import (
    corresponding,
    hand_over,
    issuing,
    ledger,
    notice_steps,
    notices,
    review,
)

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/export.<str:kind>", notices.export, name="notices_export"),
    path("notices/review/", review.review, name="notice_review"),
    path("notices/issue/", issuing.issue, name="notices_issue"),
    path("notices/issue/<int:pk>/", issuing.issue_job, name="notices_issue_job"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/preview/", notices.preview, name="notice_preview"),
    path("notices/<int:pk>/drop/", notice_steps.drop, name="notice_drop"),
    path("notices/<int:pk>/approve/", notice_steps.approve, name="notice_approve"),
    path("notices/<int:pk>/send-back/", notice_steps.send_back, name="notice_send_back"),
    path("notices/<int:pk>/refuse/", notice_steps.refuse, name="notice_refuse"),
    path("notices/<int:pk>/prosecute/", notice_steps.prosecute, name="notice_prosecute"),
    path("notices/<int:pk>/withdraw/", notice_steps.withdraw, name="notice_withdraw"),
    path("notices/<int:pk>/sign-off/", notice_steps.sign_off, name="notice_sign_off"),
    path("notices/<int:pk>/write/", corresponding.write, name="notice_write"),
    path("notices/<int:pk>/hand-over/", hand_over.hand_over, name="notice_hand_over"),
    path("pupils/<int:pk>/notices/", ledger.pupil_notices, name="pupil_notices"),
    path("parents/<int:pk>/notices/", ledger.parent_notices, name="parent_notices"),
]
