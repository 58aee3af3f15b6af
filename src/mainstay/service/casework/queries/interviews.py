"""An interview under caution as its page and its printed record show it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework import interview_record
from mainstay.service.casework.fast_track_words import CAUTION_ASSUMED
from mainstay.service.casework.models import Interview, InterviewEntry
from mainstay.service.common.ui.filters import short_date

State = Interview.State
COLOURS: Final[Mapping[str, str]] = {
    State.OPENING: "yellow", State.QUESTIONS: "blue", State.BREAK: "yellow", State.STOPPED: "red",
    State.READING: "turquoise", State.SIGNED: "green",
}  # fmt: skip
SHOWN_WITH: Final = (
    "parent", "begun_by", "fast_track__case__pupil__school", "fast_track__case__school", "fast_track__chair",
    "fast_track__meeting",
)  # fmt: skip


def entries(one: Interview) -> list[InterviewEntry]:
    return list(one.entries.select_related("by").order_by("number"))


def child_words(one: Interview) -> str:
    """Whose attendance it is about; a restricted child is shown by initials."""
    pupil = one.fast_track.case.pupil
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def printed(one: Interview) -> dict[str, Any]:
    """The values of ``interview_record.typ``."""
    lines, fast_track = entries(one), one.fast_track
    return {
        "title": f"Record of an interview under caution, {one.number}",
        "footer": f"{one.number}. {'SHA-256 ' + one.digest if one.digest else 'Not signed'}",
        "facts": [
            ["Interviewed", one.parent.name],
            ["About", f"{fast_track.case.pupil.forename} {fast_track.case.pupil.surname}, {fast_track.case.school.name}"],
            ["Offence", f"{fast_track.get_section_display()}, {short_date(fast_track.offence_from)} to {short_date(fast_track.offence_to)}"],
            ["Interviewer", one.begun_by.name],
            ["Chair", fast_track.chair.name if fast_track.chair else ""],
            ["Begun", _moment(one.begun_at)],
            ["State", one.get_state_display()],
        ],
        "caution_source": CAUTION_ASSUMED,
        "entries": [
            [str(line.number), _moment(line.at), line.get_kind_display(), line.text, line.answer] for line in lines
        ],
        "digest": one.digest,
        "holds": interview_record.holds(one, lines),
    }  # fmt: skip


def _moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{short_date(local.date())}, {local:%H:%M}"
