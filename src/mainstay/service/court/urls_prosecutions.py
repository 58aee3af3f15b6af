"""Addresses of prosecutions."""

from django.urls import path

from mainstay.service.court.views import proposing, prosecuting, prosecutions, to_propose, values

ONE = "prosecutions/<int:pk>/"

urlpatterns = [
    path("prosecutions/", prosecutions.prosecutions, name="prosecutions"),
    path("prosecutions/export.<str:kind>", prosecutions.export, name="prosecutions_export"),
    path(ONE, prosecutions.prosecution, name="prosecution"),
    path("court/notices/", to_propose.notices, name="notices_to_prosecute"),
    path("court/notices/export.<str:kind>", to_propose.export, name="notices_to_prosecute_export"),
    path("cases/<int:pk>/prosecution/", proposing.of_case, name="prosecution_propose"),
    path("notices/<int:pk>/prosecution/", proposing.of_notice, name="prosecution_of_notice"),
    path(
        "supervision-orders/<int:pk>/prosecution/",
        proposing.of_supervision_order,
        name="prosecution_of_supervision",
    ),
    path(
        "attendance-orders/<int:pk>/prosecution/",
        proposing.of_attendance_order,
        name="prosecution_of_attendance",
    ),
    path(f"{ONE}sessions/", proposing.pick, name="prosecution_pick"),
    path(f"{ONE}consider/", prosecuting.consider, name="prosecution_consider"),
    path(f"{ONE}defences/", prosecuting.defences, name="prosecution_defences"),
    path(f"{ONE}code-test/", prosecuting.test, name="prosecution_test"),
    path(f"{ONE}code-test/review/", prosecuting.review, name="prosecution_review"),
    path(f"{ONE}authorise/", prosecuting.authorise, name="prosecution_authorise"),
    path(f"{ONE}evidence-ready/", prosecuting.evidence_ready, name="prosecution_evidence_ready"),
    path(f"{ONE}charge/", prosecuting.charge, name="prosecution_charge"),
    path(f"{ONE}summons/", prosecuting.summons, name="prosecution_summons"),
    path(f"{ONE}summons/file", prosecuting.summons_file, name="prosecution_summons_file"),
    path(f"{ONE}reply/", prosecuting.reply, name="prosecution_reply"),
    path(f"{ONE}certificate-of-service/", prosecuting.certify, name="prosecution_certify"),
    path(f"{ONE}stop/", prosecuting.stop, name="prosecution_stop"),
    path("court/values/", values.values, name="court_values"),
    path("court/values/<str:name>/", values.value_set, name="court_value_set"),
]
