"""What people are asked about; a room above may announce others by its own key."""

from typing import Final

NAMES: Final = {
    "case": "Casework",
    "fast_track": "Fast Track to Attendance",
    "targeting": "Targeting Support Meetings",
    "purchased": "Purchased work",
    "training": "Training and assemblies",
    "advice": "Advice and the duty desk",
    "missing": "Children missing education",
    "employment": "Child employment and performance",
}


def name(key: str) -> str:
    return NAMES.get(key, key.replace("_", " ").capitalize())
