"""The parents of a child, each one a person of their own, also at one address."""

from datetime import date

from mainstay.service.directory.models import Dated, Parent, Parenthood


def parents_of(pupil: int, on: date) -> list[Parent]:
    """Whoever is recorded as a parent of the child that day, in the order of the record; one query."""
    ties = Parenthood.objects.filter(Dated.on(on), pupil=pupil).select_related("parent")
    return [tie.parent for tie in ties.order_by("priority", "pk")]
