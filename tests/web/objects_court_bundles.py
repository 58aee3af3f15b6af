"""Certificate, statements, bundle and unused material of a prosecution, for their addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from tests.factories import EntryFactory
from tests.factories_attendance import days_before, give, marked
from tests.factories_court import a_prosecution

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.court.actions import bundles, certificates, unused, witnesses
from mainstay.service.court.models import UnusedItem
from mainstay.service.court.permissions_bundles import PAGES
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = tuple(name for name in PAGES if not name.startswith("evidence_asked"))


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    give(pupil, marked(days_before(pupil.school, until=date(2026, 10, 24)), "O", 6))
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    one = a_prosecution(case=case, parent=parent, state="evidence")
    certificate = certificates.ask(prosecution_id=one.pk, school=pupil.school, by=by, at=AT)
    witness = witnesses.ask_school(prosecution_id=one.pk, asks="Registers.", by=by, at=AT)
    bundle = bundles.begin(prosecution_id=one.pk, by=by, at=AT)
    item = bundles.add_made(bundle_id=bundle.pk, what="printout", by=by, at=AT)
    EntryFactory(pupil=pupil)
    unused.look_again(prosecution_id=one.pk, by=by, at=AT)
    line = UnusedItem.objects.filter(prosecution=one).first()
    assert line is not None
    ids = {
        "bundle": bundle.pk, "bundle_begin": one.pk, "bundle_item": item.pk, "certificate": certificate.pk,
        "certificate_ask": one.pk, "witness": witness.pk, "witness_ask": one.pk, "witness_take": one.pk,
        "witness_take_out": witness.pk, "unused": one.pk, "unused_decide": line.pk,
    }  # fmt: skip
    extra: dict[str, dict[str, Any]] = {
        "bundle_make": {"what": "printout"}, "bundle_take": {"what": "charge"},
        "bundle_item_unredact": {"number": 0}, "bundle_item_picture": {"number": 1}, "witness_take_out": {"number": 0},
        "witness_paper": {"number": 0},
    }  # fmt: skip
    return ids, extra
