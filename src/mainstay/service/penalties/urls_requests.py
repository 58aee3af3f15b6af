"""Addresses of requests and their check."""

from django.urls import path

from mainstay.service.penalties.views import request_checking as checking
from mainstay.service.penalties.views import request_page, requests
from mainstay.service.penalties.views import request_writing as writing

ONE = "notice-requests/<int:pk>"
urlpatterns = [
    path("notice-requests/", requests.requests, name="notice_requests"),
    path("notice-requests/export.<str:kind>", requests.export, name="notice_requests_export"),
    path("pupils/<int:pk>/notice-request/", requests.new, name="notice_request_new"),
    path(f"{ONE}/", request_page.one, name="notice_request"),
    path(f"{ONE}/sessions/", writing.sessions, name="notice_request_sessions"),
    path(f"{ONE}/evidence/", writing.evidence, name="notice_request_evidence"),
    path(f"{ONE}/evidence/<int:paper>/", writing.evidence_file, name="notice_request_evidence_file"),
    path(f"{ONE}/evidence/<int:paper>/remove/", writing.evidence_remove, name="notice_request_evidence_remove"),
    path(f"{ONE}/ask/", writing.ask, name="notice_request_ask"),
    path(f"{ONE}/take-back/", writing.take_back, name="notice_request_take_back"),
    path(f"{ONE}/owner/", checking.owner, name="notice_request_owner"),
    path(f"{ONE}/return/", checking.give_back, name="notice_request_return"),
    path(f"{ONE}/refuse/", checking.refuse, name="notice_request_refuse"),
    path(f"{ONE}/check/", checking.answer, name="notice_check_answer"),
    path(f"{ONE}/parents/", checking.choose, name="notice_parent_choose"),
    path(f"{ONE}/improvement/", checking.improvement, name="notice_improvement_link"),
    path("notices/<int:pk>/propose/", checking.propose, name="notice_propose"),
]  # fmt: skip
