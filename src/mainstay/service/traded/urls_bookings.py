"""Addresses of bookings."""

from django.urls import path

from mainstay.service.traded.views import bookings, bookings_calendar, bookings_ending, bookings_steps

ONE = "bought-days/bookings/<int:pk>/"

urlpatterns = [
    path("bought-days/calendar/", bookings_calendar.calendar, name="booking_calendar"),
    path("bought-days/bookings/", bookings.bookings, name="bookings"),
    path("bought-days/bookings/export.<str:kind>", bookings.export, name="bookings_export"),
    path("bought-days/achieved/", bookings.achieved, name="bookings_achieved"),
    path("bought-days/bookings/new/", bookings_steps.new, name="booking_new"),
    path(ONE, bookings.booking, name="booking"),
    path(f"{ONE}move/", bookings_steps.move, name="booking_move"),
    path(f"{ONE}colleague/", bookings_steps.give, name="booking_give"),
    path(f"{ONE}cancel/", bookings_ending.cancel, name="booking_cancel"),
    path(f"{ONE}cancel-for-the-service/", bookings_ending.cancel_service, name="booking_cancel_service"),
    path(f"{ONE}deliver/", bookings_ending.deliver, name="booking_deliver"),
    path(f"{ONE}children/", bookings_ending.children, name="booking_children"),
    path(f"{ONE}children/<int:pupil>/remove/", bookings_ending.remove_child, name="booking_child_remove"),
    path(f"{ONE}confirm/", bookings_ending.confirm, name="booking_confirm"),
    path(f"{ONE}query/", bookings_ending.query, name="booking_query"),
    path(f"{ONE}settle/", bookings_ending.settle, name="booking_settle"),
]
