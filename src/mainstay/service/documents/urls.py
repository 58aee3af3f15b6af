"""Addresses of the room."""

from django.urls import path

from mainstay.service.documents.views import leaflets, letters, runs, services, statements, stored

urlpatterns = [
    path("documents/<int:pk>/", stored.document, name="document"),
    path("documents/to-post/", runs.letters_to_post, name="letters_to_post"),
    path("documents/runs/make/", runs.print_run_make, name="print_run_make"),
    path("documents/runs/", runs.print_runs, name="print_runs"),
    path("documents/runs/<int:pk>/", runs.print_run, name="print_run"),
    path("documents/runs/<int:pk>/letters.pdf", runs.print_run_file, name="print_run_file"),
    path("documents/runs/<int:pk>/posted/", runs.posted, name="print_run_posted"),
    path("documents/returned/", services.returned_mail, name="returned_mail"),
    path("documents/returned/export.<str:kind>", services.returned_export, name="returned_mail_export"),
    path("service/<int:pk>/", services.service_record, name="service_record"),
    path("service/<int:pk>/posting/", services.posting, name="service_record_posting"),
    path("service/<int:pk>/proof/", services.proof, name="service_record_proof"),
    path("service/<int:pk>/returned/", services.returned, name="service_record_returned"),
    path("pupils/<int:pk>/statement/", statements.statement_new, name="statement_new"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("statements/<int:pk>/words/", statements.statement_edit, name="statement_edit"),
    path("statements/<int:pk>/again/", statements.statement_again, name="statement_again"),
    path("statements/<int:pk>/print/", statements.statement_print, name="statement_print"),
    path("leaflets/", leaflets.leaflets, name="leaflets"),
    path("leaflets/new/", leaflets.leaflet_new, name="leaflet_new"),
    path("leaflets/<int:pk>/", leaflets.leaflet, name="leaflet"),
    path("leaflets/<int:pk>/leaflet.pdf", leaflets.leaflet_pdf, name="leaflet_pdf"),
    path("pupils/<int:pk>/leaflet/", leaflets.leaflet_give, name="leaflet_give"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<slug:template>/", letters.letter, name="letter"),
    path("letters/<slug:template>/preview.pdf", letters.letter_preview, name="letter_preview"),
    path("letters/<slug:template>/<slug:slot>/", letters.letter_slot, name="letter_slot"),
]
