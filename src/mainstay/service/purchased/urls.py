"""Addresses of the room."""

from django.urls import path

from mainstay.service.purchased.views import casework, courses, figures, registers, sharing, works

ONE = "purchased/<int:pk>/"
COURSE = "purchased/courses/<int:pk>/"

urlpatterns = [
    path("purchased/", works.works, name="purchased"),
    path("purchased/export.<str:kind>", works.export, name="purchased_export"),
    path("purchased/bookings/<int:pk>/", works.write_up, name="purchased_write_up"),
    path(ONE, works.work, name="purchased_work"),
    path(f"{ONE}write/", works.write, name="purchased_write"),
    path(f"{ONE}children/", works.children, name="purchased_children"),
    path(f"{ONE}go/<str:step>/", works.go, name="purchased_go"),
    path(f"{ONE}report.pdf", works.report, name="purchased_report"),
    path(f"{ONE}agree/", casework.agree, name="purchased_agree"),
    path(f"{ONE}agreed/<int:line>/", casework.tick, name="purchased_tick"),
    path(f"{ONE}time/", casework.spend, name="purchased_spend"),
    path(f"{ONE}case/", casework.open_case, name="purchased_case"),
    path(f"{ONE}plan/", casework.begin_plan, name="purchased_plan"),
    path(f"{ONE}advise/", casework.advise, name="purchased_advise"),
    path(f"{ONE}refer/", casework.refer, name="purchased_refer"),
    path(f"{ONE}sample/", registers.draw, name="purchased_sample"),
    path(f"{ONE}sample/<int:place>/", registers.check, name="purchased_sampled"),
    path(f"{ONE}slots/", registers.lay_out, name="purchased_slots"),
    path(f"{ONE}slots/<int:slot>/", registers.fill, name="purchased_slot"),
    path(f"{ONE}slots/<int:slot>/result/", registers.result, name="purchased_slot_result"),
    path(f"{ONE}slots/<int:slot>/remove/", registers.remove, name="purchased_slot_remove"),
    path(f"{ONE}slots/list.pdf", registers.day_list, name="purchased_day_list"),
    path(f"{ONE}sessions/", registers.session_new, name="purchased_session_new"),
    path(f"{ONE}sessions/<int:session>/", registers.hold, name="purchased_session"),
    path(f"{ONE}groups/", figures.analyse, name="purchased_analyse"),
    path(f"{ONE}groups/export.<str:kind>", figures.analysis_export, name="purchased_analysis_export"),
    path(f"{ONE}impact/", figures.evaluate, name="purchased_impact"),
    path(f"{ONE}counts/", figures.count, name="purchased_count"),
    path(f"{ONE}policy/", figures.policy, name="purchased_policy"),
    path(f"{ONE}give/", sharing.give, name="purchased_give"),
    path("purchased/given/<int:pk>.pdf", sharing.given, name="purchased_given"),
    path(f"{ONE}moves/", sharing.move, name="purchased_move"),
    path(f"{ONE}moves/<int:line>/agree/", sharing.move_agree, name="purchased_move_agree"),
    path(f"{ONE}attendance/", courses.attendance, name="purchased_attendance"),
    path(f"{ONE}attendance.pdf", courses.attendance_list, name="purchased_attendance_list"),
    path("purchased/moving-to-us/", sharing.arrivals, name="purchased_arrivals"),
    path("purchased/moving-to-us/<int:pk>/agree/", sharing.arrival_agree, name="purchased_arrival_agree"),
    path("purchased/library/", sharing.library, name="purchased_library"),
    path("purchased/library/new/", sharing.template_new, name="purchased_template_new"),
    path("purchased/library/<int:pk>/", sharing.template, name="purchased_template"),
    path("purchased/courses/", courses.courses, name="purchased_courses"),
    path("purchased/courses/new/", courses.course_new, name="purchased_course_new"),
    path(COURSE, courses.course, name="purchased_course"),
    path(f"{COURSE}places/<int:place>/cancel/", courses.place_cancel, name="purchased_place_cancel"),
    path(f"{COURSE}places/<int:place>/", courses.evaluate, name="purchased_place"),
    path("purchased/settings/", courses.purchased_values, name="purchased_values"),
    path("purchased/settings/<str:name>/", courses.value_set, name="purchased_value_set"),
]
