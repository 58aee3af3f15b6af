"""Addresses of courts, sittings, hearings and results."""

from django.urls import path

from mainstay.service.court.views import calendar, hearings, results, trial

OF = "court/prosecutions/<int:pk>/"
RESULT = "court/results/<int:pk>/"

urlpatterns = [
    path("court/courts/", hearings.courts, name="courts"),
    path("court/courts/<int:pk>/", hearings.court, name="court"),
    path("court/sittings/", hearings.sittings, name="sittings"),
    path("court/sittings/<int:pk>/", hearings.sitting, name="sitting"),
    path("court/sittings/<int:pk>/court.<str:kind>", hearings.sitting_file, name="sitting_file"),
    path("court/to-list/", hearings.to_list, name="court_to_list"),
    path("court/hearings/", hearings.hearings, name="hearings"),
    path("court/hearings/export.<str:kind>", hearings.export, name="hearings_export"),
    path("court/calendar/", calendar.calendar, name="hearing_calendar"),
    path("court/calendar/export.<str:kind>", calendar.export, name="hearing_calendar_export"),
    path("court/hearings/<int:pk>/", hearings.hearing, name="hearing"),
    path(f"{OF}trial/", trial.trial, name="court_trial"),
    path(f"{OF}result/", results.result_new, name="court_result_new"),
    path(f"{OF}after/", results.after, name="court_after"),
    path(f"{OF}discontinue/", results.discontinue, name="court_discontinue"),
    path(f"{OF}costs/", results.costs, name="court_costs"),
    path(f"{OF}antecedents.pdf", results.antecedents, name="court_antecedents"),
    path("court/results/", results.results, name="court_results"),
    path("court/results/export.<str:kind>", results.export, name="court_results_export"),
    path("court/results/report/", results.report, name="court_report"),
    path("court/results/report/export.<str:kind>", results.report_export, name="court_report_export"),
    path(RESULT, results.result, name="court_result"),
    path(f"{RESULT}tell/", results.tell, name="court_result_tell"),
    path(f"{RESULT}letter/", results.letter, name="court_result_letter"),
    path(f"{RESULT}letter.pdf", results.letter_preview, name="court_result_letter_pdf"),
    path(f"{RESULT}void/", results.void, name="court_result_void"),
    path(f"{RESULT}appeal/", results.appeal, name="court_result_appeal"),
    path(f"{RESULT}dismissed/", results.dismissed, name="court_result_dismissed"),
    path(f"{RESULT}sentence/", results.sentence, name="court_result_sentence"),
]
