"""The same measures as a user would write them over one row a mark; each file is one contender.

Every contender offers ``measure(rows)`` over a folder of Parquet files and, where it takes part in the
second table, ``read_checked(files)`` and ``read_trusting(files)`` over CSV files, with and without the
checks that our reader makes. All give the columns of ``OUTPUTS``, one row a pupil and school.
"""

OUTPUTS = (
    "possible", "attended", "authorised", "unauthorised", "late", "missing", "persistent", "severe",
    "best_count", "threshold_met_on", "threshold_half", "longest_unauthorised_days", "ten_days_on",
    "illness_days", "unresolved_n",
)  # fmt: skip
