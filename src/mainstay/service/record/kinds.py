"""What kinds of entries and the rooms they come from are called."""

from typing import Final

#: of what people write by hand
WRITTEN: Final = [("note", "Note"), ("call", "Call"), ("visit", "Visit"), ("meeting", "Meeting"), ("letter", "Letter or message")]  # fmt: skip
#: what was decided in supervision about a child
SUPERVISION: Final = "supervision"
#: the steps of a prosecution: told to the service, and no evidence in it
PROSECUTION: Final = "prosecution"
#: what the service weighs about going to court, and does for it: no evidence of anything
TO_COURT: Final = (PROSECUTION, "order_considered")
LABELS: Final = dict(WRITTEN) | {
    "correction": "Correction",
    "finding": "Finding",
    "consideration": "Consideration",
    "deadline": "Deadline",
    "import": "Register import",
    "merge": "Records joined",
    "family": "Family and contacts",
}
ROOMS: Final = {
    "attendance": "Attendance and registers", "penalties": "Notices", "casework": "Casework", "documents": "Letters and documents",
    "directory": "Family and schools", "record": "Meetings and deadlines", "team": "Team", "court": "Court", "orders": "Orders",
    "missing": "Children missing education", "employment": "Child employment", "patrols": "Patrols", "traded": "Purchased work",
}  # fmt: skip
#: entries that are about no thing of a room
BY_HAND: Final = "by_hand"


def label(kind: str) -> str:
    return LABELS.get(kind, kind.replace("_", " ").capitalize())


def room(about_kind: str) -> str:
    """The room an entry comes from: "penalties.notice" is of "penalties"."""
    return about_kind.partition(".")[0] or BY_HAND


def room_label(name: str) -> str:
    return "Written by hand" if name == BY_HAND else ROOMS.get(name, name.capitalize())
