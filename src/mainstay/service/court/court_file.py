"""The neutral file for a court: one row per defendant per charge, in the columns that a notice's papers have too."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from mainstay.service.common.steps import StepRefused
from mainstay.service.court import values
from mainstay.service.court.models import Prosecution
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.penalties.for_court import COLUMNS, address_cells
from mainstay.service.record import access


def rows(found: Iterable[Prosecution], user: Any, on: date) -> list[Sequence[Any]]:
    """In the order given, children by initials alone. An address this person may not know stays empty.

    Raises StepRefused, naming them, where a child's restricted record does not stand open to this person.
    """
    asked = list(found)
    restricted = [one for one in asked if one.case.pupil.restricted]
    opened = access.opened_by(user, [one.case.pupil_id for one in restricted]) if restricted else set()
    if closed := [one.number for one in restricted if one.case.pupil_id not in opened]:
        raise StepRefused(f"Restricted records: open {', '.join(closed)} with a reason first.")
    codes = values.offence_codes(on)
    return [_row(one, codes, user, on) for one in asked]


def _row(one: Prosecution, codes: dict[str, str], user: Any, on: date) -> tuple[Any, ...]:
    parent, notice = one.parent, one.notice
    home = homes([parent.pk], one.case.pupil, on, user).get(parent.pk, NOWHERE)
    lines = [line for line in home.lines if line != home.postcode] if home.usable else []
    schedule = next(iter(one.costs_schedules.all()), None)
    cells = {
        "case_ref": one.case.number, "defendant_title": parent.title, "forename": parent.forename,
        "surname": parent.surname, "dob": parent.date_of_birth, "postcode": home.postcode if home.usable else "",
        "offence_code": codes.get(one.offence, ""), "offence_wording": one.wording, "offence_from": one.offence_from,
        "offence_to": one.offence_to, "child_initials": one.case.pupil.initials,
        "school": (one.school or one.case.school).name, "pn_ref": notice.number if notice else "",
        "pn_issued": notice.issued_on if notice else "", "pn_unpaid_on": notice.decide_from if notice else "",
        "prosecutor_ref": one.number, "costs_claimed": f"{schedule.total_pence / 100:.2f}" if schedule else "",
        **{f"address_{number}": cell for number, cell in enumerate(address_cells(lines), 1)},
    }  # fmt: skip
    return tuple(cells[name] for name in COLUMNS)
