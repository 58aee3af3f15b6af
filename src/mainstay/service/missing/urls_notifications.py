"""Addresses of notifications and matching."""

from django.urls import path

from mainstay.service.missing.views import matches, notifications, off_rolling, school_returns

urlpatterns = [
    path("returns/", school_returns.returns, name="school_returns"),
    path("returns/export.<str:kind>", school_returns.export, name="school_returns_export"),
    path("returns/new/<str:kind>/", school_returns.new, name="school_return_new"),
    path("returns/due/<int:pk>/", school_returns.due, name="school_return_due"),
    path("returns/<int:pk>/", school_returns.one_return, name="school_return"),
    path("returns/<int:pk>/withdraw/", school_returns.withdraw, name="school_return_withdraw"),
    path("returns/file/", school_returns.upload, name="school_returns_file"),
    path("returns/file/<int:pk>/", school_returns.sent, name="school_returns_sent"),
    path("returns/file/empty.csv", school_returns.template, name="school_returns_template"),
    path("returns/deletions/<int:pk>/", school_returns.answer, name="school_off_rolling"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/export.<str:kind>", notifications.export, name="notifications_export"),
    path("notifications/<int:pk>/", notifications.notification, name="notification"),
    path("notifications/<int:pk>/accept/", notifications.accept, name="notification_accept"),
    path("notifications/due/", notifications.returns_due, name="returns_due"),
    path("notifications/due/export.<str:kind>", notifications.due_export, name="returns_due_export"),
    path("notifications/due/<int:pk>/", notifications.return_due, name="return_due"),
    path("notifications/off-rolling/", off_rolling.off_rolling_list, name="off_rolling_list"),
    path("notifications/off-rolling/export.<str:kind>", off_rolling.export, name="off_rolling_export"),
    path("notifications/off-rolling/<int:pk>/", off_rolling.off_rolling, name="off_rolling"),
    path("missing/candidates/", matches.matches, name="matches"),
    path("missing/candidates/export.<str:kind>", matches.export, name="matches_export"),
    path("missing/candidates/search/", matches.search, name="match_search"),
    path("missing/candidates/<int:pk>/", matches.match, name="match"),
    path("missing/<int:pk>/candidates/", matches.of_child, name="match_of_child"),
    path("missing/<int:pk>/candidates/compare/", matches.compare, name="match_compare"),
]
