"""Which permission each page of notifications and matching needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "school_returns": "notify_roll",
    "school_returns_export": "notify_roll",
    "school_return_new": "notify_roll",
    "school_return": "notify_roll",
    "school_return_withdraw": "notify_roll",
    "school_returns_file": "notify_roll",
    "school_returns_sent": "notify_roll",
    "school_returns_template": "notify_roll",
    "school_return_due": "notify_roll",
    "school_off_rolling": "notify_roll",
    "notifications": "see_notifications",
    "notifications_export": "see_notifications",
    "notification": "see_notifications",
    "notification_accept": "see_notifications",
    "returns_due": "see_notifications",
    "returns_due_export": "see_notifications",
    "return_due": "see_notifications",
    "off_rolling_list": "see_notifications",
    "off_rolling_export": "see_notifications",
    "off_rolling": "see_notifications",
    "matches": "match_missing",
    "matches_export": "match_missing",
    "match": "match_missing",
    "match_of_child": "match_missing",
    "match_compare": "match_missing",
    "match_search": "match_missing",
}
