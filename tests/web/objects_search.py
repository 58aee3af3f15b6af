"""One statement and one leaflet, for their addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents import actions_statements, leaflets
from mainstay.service.documents.models import Leaflet
from mainstay.service.documents.statements import Asked
from mainstay.service.record.actions import add_entry

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "statement", "statement_new", "statement_edit", "statement_again", "statement_print", "leaflet_give",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    add_entry(pupil=pupil, by=by, at=AT, kind="visit", title="Nobody was at home")
    made, _ = actions_statements.start(
        pupil=pupil, witness=by, asked=Asked(), known_on=date(2026, 11, 23), by=by, at=AT
    )
    leaflet = Leaflet.objects.get(subject="rights", language="en", version=1)
    leaflets.give_leaflet(
        leaflet=leaflet, pupil=pupil, to=parent, how="hand", given_on=date(2026, 11, 23), by=by, at=AT
    )
    return {
        "statement": made.pk,
        "statement_new": pupil.pk,
        "leaflet": leaflet.pk,
        "leaflet_give": pupil.pk,
    }, {}
