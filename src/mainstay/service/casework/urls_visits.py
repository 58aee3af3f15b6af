"""Addresses of visits, investigations and plans."""

from django.urls import path

from mainstay.service.casework.views import investigations, plan_reviews, plans, visit_lists, visits

urlpatterns = [
    path("cases/visits/", visit_lists.visits, name="visits"),
    path("cases/visits/export.<str:kind>", visit_lists.export, name="visits_export"),
    path("cases/<int:pk>/visits/new/", visits.new, name="visit_new"),
    path("cases/visits/<int:pk>/", visits.visit, name="visit"),
    path("cases/visits/<int:pk>/arrive/", visits.arrive, name="visit_arrive"),
    path("cases/visits/<int:pk>/stay/", visits.stay, name="visit_stay"),
    path("cases/visits/<int:pk>/leave/", visits.leave, name="visit_leave"),
    path("cases/visits/<int:pk>/cancel/", visits.cancel, name="visit_cancel"),
    path("cases/visits/<int:pk>/alarm/", visits.alarm, name="visit_alarm"),
    path("cases/visits/<int:pk>/record/", visits.record, name="visit_record"),
    path("cases/visits/<int:pk>/card/", visits.card, name="visit_card"),
    path("cases/visits/<int:pk>/card/<int:card>.pdf", visits.card_file, name="visit_card_file"),
    path("cases/texts/<int:pk>/put-away/", visit_lists.put_away, name="text_put_away"),
    path("cases/investigations/<int:pk>/", investigations.investigation, name="investigation"),
    path("cases/investigations/<int:pk>/save/", investigations.save, name="investigation_save"),
    path("cases/investigations/<int:pk>/register/", investigations.register, name="investigation_register"),
    path("cases/investigations/<int:pk>/agency/", investigations.agency, name="investigation_agency"),
    path("cases/investigations/<int:pk>/finish/", investigations.finish, name="investigation_finish"),
    path("cases/investigations/<int:pk>/agree/", investigations.agree, name="investigation_agree"),
    path(
        "cases/investigations/<int:pk>/send-back/", investigations.send_back, name="investigation_send_back"
    ),
    path("cases/investigations/<int:pk>/review/", investigations.review, name="investigation_review"),
    path("cases/investigations/<int:pk>/monitor/", investigations.monitor, name="investigation_monitor"),
    path("cases/plans/", plan_reviews.plans, name="plans"),
    path("cases/plans/export.<str:kind>", plan_reviews.export, name="plans_export"),
    path("cases/<int:pk>/plans/new/", plans.new, name="plan_new"),
    path("cases/plans/<int:pk>/", plans.plan, name="plan"),
    path("cases/plans/<int:pk>/write/", plans.write, name="plan_write"),
    path("cases/plans/<int:pk>/promises/", plans.promise, name="plan_promise"),
    path("cases/plans/<int:pk>/promises/<int:line>/out/", plans.promise_out, name="plan_promise_out"),
    path("cases/plans/<int:pk>/promises/<int:line>/", plan_reviews.report, name="plan_report"),
    path("cases/plans/<int:pk>/step/", plans.step, name="plan_step"),
    path("cases/plans/<int:pk>/drop/", plans.drop, name="plan_drop"),
    path("cases/plans/<int:pk>/sign/", plans.sign, name="plan_sign"),
    path("cases/plans/<int:pk>/end/", plans.end, name="plan_end"),
    path("cases/plans/<int:pk>/review/", plan_reviews.review, name="plan_review"),
    path("cases/plans/<int:pk>/copies/", plan_reviews.copy, name="plan_copy"),
    path("cases/plans/<int:pk>/copies/<int:copy>.pdf", plan_reviews.copy_file, name="plan_copy_file"),
    path("cases/plans/<int:pk>/copies/<int:copy>/given/", plan_reviews.copy_given, name="plan_copy_given"),
]
