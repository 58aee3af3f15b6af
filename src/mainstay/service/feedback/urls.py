"""Addresses of the room. None of them names or numbers a person."""

from django.urls import path

from mainstay.service.feedback.views import complaint_steps, complaints, public, results, surveys

ONE = "complaints/<int:pk>/"

urlpatterns = [
    path("feedback/", results.results, name="feedback"),
    path("feedback/export.<str:kind>", results.export, name="feedback_export"),
    path("feedback/comments/", results.comments, name="feedback_comments"),
    path("feedback/surveys/", surveys.surveys, name="surveys"),
    path("feedback/surveys/new/", surveys.new, name="survey_new"),
    path("feedback/surveys/<int:pk>/", surveys.edit, name="survey_edit"),
    path("feedback/ask/", surveys.ask, name="survey_ask"),
    path("feedback/ask/<int:pk>/sheet/", surveys.sheet, name="survey_sheet"),
    path("feedback/ask/<int:pk>/tablet/", surveys.tablet, name="survey_tablet"),
    path("survey/done/", public.done, name="survey_done"),
    path("survey/<str:token>/", public.survey, name="survey"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/export.<str:kind>", complaints.export, name="complaints_export"),
    path("complaints/new/", complaints.new, name="complaint_new"),
    path("complaints/report/", complaints.report, name="complaint_report"),
    path(ONE, complaints.complaint, name="complaint"),
    path(f"{ONE}handling/", complaint_steps.give, name="complaint_give"),
    path(f"{ONE}step/<str:step>/", complaint_steps.step, name="complaint_step"),
    path(f"{ONE}hold/", complaint_steps.hold, name="complaint_hold"),
    path(f"{ONE}go-on/", complaint_steps.resume, name="complaint_resume"),
    path(f"{ONE}note/", complaint_steps.note, name="complaint_note"),
    path(f"{ONE}letters/<int:letter>.pdf", complaint_steps.letter, name="complaint_letter"),
    path("complain/", public.complain, name="complain"),
    path("complain/sent/", public.sent, name="complain_sent"),
]
