"""When the small made-up city of the tests ends, and the moment at which it is loaded."""

from datetime import UTC, date, datetime

UNTIL = date(2026, 11, 25)
NOW = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
