"""Addresses of bundles, certificates, statements of witnesses, and unused material."""

from django.urls import path

from mainstay.service.court.views import bundle_items, bundles, evidence, unused

urlpatterns = [
    path("prosecutions/<int:pk>/bundle/begin/", bundles.begin, name="bundle_begin"),
    path("prosecutions/bundles/<int:pk>/", bundles.bundle, name="bundle"),
    path("prosecutions/bundles/<int:pk>/add/", bundles.add, name="bundle_add"),
    path("prosecutions/bundles/<int:pk>/upload/", bundles.upload, name="bundle_upload"),
    path("prosecutions/bundles/<int:pk>/make/<str:what>/", bundles.make, name="bundle_make"),
    path("prosecutions/bundles/<int:pk>/take/<str:what>/", bundles.take, name="bundle_take"),
    path("prosecutions/bundles/<int:pk>/leave-out/", bundles.leave_out, name="bundle_leave_out"),
    path("prosecutions/bundles/<int:pk>/look/", bundles.preview, name="bundle_preview"),
    path("prosecutions/bundles/<int:pk>/issue/", bundles.issue, name="bundle_issue"),
    path("prosecutions/bundles/<int:pk>/withdraw/", bundles.withdraw, name="bundle_withdraw"),
    path("prosecutions/bundles/<int:pk>/serve/", bundles.serve, name="bundle_serve"),
    path("prosecutions/bundles/<int:pk>/bundle.pdf", bundles.file, name="bundle_file"),
    path("prosecutions/bundles/<int:pk>/manifest.json", bundles.manifest, name="bundle_manifest"),
    path("prosecutions/bundles/papers/<int:pk>/", bundle_items.item, name="bundle_item"),
    path("prosecutions/bundles/papers/<int:pk>/move/", bundle_items.move, name="bundle_item_move"),
    path("prosecutions/bundles/papers/<int:pk>/remove/", bundle_items.remove, name="bundle_item_remove"),
    path("prosecutions/bundles/papers/<int:pk>/redact/", bundle_items.redact, name="bundle_item_redact"),
    path(
        "prosecutions/bundles/papers/<int:pk>/redact/<int:number>/back/",
        bundle_items.unredact,
        name="bundle_item_unredact",
    ),
    path(
        "prosecutions/bundles/papers/<int:pk>/page/<int:number>.png",
        bundle_items.picture,
        name="bundle_item_picture",
    ),
    path("prosecutions/bundles/papers/<int:pk>/file/", bundle_items.file, name="bundle_item_file"),
    path("prosecutions/<int:pk>/certificate/ask/", evidence.ask_certificate, name="certificate_ask"),
    path("prosecutions/<int:pk>/statements/ask/", evidence.ask_statement, name="witness_ask"),
    path("prosecutions/<int:pk>/statements/take/", evidence.take_statement, name="witness_take"),
    path("evidence/asked/", evidence.asked, name="evidence_asked"),
    path("evidence/asked/export.<str:kind>", evidence.export, name="evidence_asked_export"),
    path("evidence/certificates/<int:pk>/", evidence.certificate, name="certificate"),
    path("evidence/certificates/<int:pk>/figures/", evidence.figures, name="certificate_figures"),
    path("evidence/certificates/<int:pk>/sign/", evidence.sign_certificate, name="certificate_sign"),
    path("evidence/certificates/<int:pk>/scan/", evidence.scan_certificate, name="certificate_scan"),
    path("evidence/certificates/<int:pk>/explain/", evidence.explain, name="certificate_explain"),
    path(
        "evidence/certificates/<int:pk>/certificate.pdf", evidence.certificate_file, name="certificate_file"
    ),
    path("evidence/statements/<int:pk>/", evidence.witness, name="witness"),
    path("evidence/statements/<int:pk>/write/", evidence.write, name="witness_write"),
    path("evidence/statements/<int:pk>/enclose/", evidence.enclose, name="witness_enclose"),
    path("evidence/statements/<int:pk>/papers/<int:number>/out/", evidence.take_out, name="witness_take_out"),
    path("evidence/statements/<int:pk>/papers/<int:number>/", evidence.paper, name="witness_paper"),
    path("evidence/statements/<int:pk>/sign/", evidence.sign_statement, name="witness_sign"),
    path("evidence/statements/<int:pk>/scan/", evidence.scan_statement, name="witness_scan"),
    path("evidence/statements/<int:pk>/withdraw/", evidence.withdraw_statement, name="witness_withdraw"),
    path("evidence/statements/<int:pk>/statement.pdf", evidence.statement_file, name="witness_file"),
    path("prosecutions/<int:pk>/unused/", unused.unused, name="unused"),
    path("prosecutions/<int:pk>/unused/export.<str:kind>", unused.export, name="unused_export"),
    path("prosecutions/<int:pk>/unused/look-again/", unused.look_again, name="unused_look_again"),
    path("prosecutions/<int:pk>/unused/officer/", unused.officer, name="unused_officer"),
    path("prosecutions/<int:pk>/unused/finish/", unused.finish, name="unused_finish"),
    path("prosecutions/unused/<int:pk>/", unused.decide, name="unused_decide"),
]
