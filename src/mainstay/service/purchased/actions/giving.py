"""The library of templates, version by version, and what was given to a school."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.purchased import papers
from mainstay.service.purchased.actions.writing import of_part, today
from mainstay.service.purchased.models import Given, Template, Version


@transaction.atomic
def write_version(
    *,
    template_id: int | None,
    title: str,
    kind: str,
    text: str,
    because: str,
    since: date,
    by: Any,
    at: datetime,
) -> Version:
    """A template's next version; template_id None: its first. Versions already given stay as they were."""
    if not by.may("edit_purchased_values"):
        raise StepRefused("Your role cannot change the library.")
    if not text.strip() or not because.strip():
        raise StepRefused("Write the text, and say why it is new.")
    if template_id is None:
        if not title.strip() or kind not in Template.Kind.values:
            raise StepRefused("Give it a title, and say what it is.")
        template = Template.objects.create(title=title.strip()[:160], kind=kind)
    else:
        template = Template.objects.select_for_update().get(pk=template_id)
    last = template.versions.first()
    made = Version.objects.create(
        template=template, number=last.number + 1 if last else 1, text=text.strip(), because=because.strip()[:300],
        since=since, by=by, at=at,
    )  # fmt: skip
    trail.record(by=by, at=at, action="purchased.template_written", on=template, version=made.number)
    return made


@transaction.atomic
def give(*, work_id: int, version_id: int, by: Any, at: datetime) -> Given:
    """Give the school a version: the document it gets is kept as it was given."""
    work = of_part(work_id, "given", by)
    version = Version.objects.select_related("template").filter(pk=version_id, since__lte=today(at)).first()
    if version is None:
        raise StepRefused("Choose a version that is in force.")
    if work.given.filter(version=version).exists():
        raise StepRefused("The school has this version already.")
    document = rendering.issue(
        template=papers.PAPER, title=version.template.title, values=papers.of_version(version, work, today(at)),
        pupil_id=None, by=by, at=at, draft=False, about=work,
    )  # fmt: skip
    made = Given.objects.create(work=work, version=version, document=document, on=today(at), by=by)
    trail.record(
        by=by, at=at, action="purchased.given", on=work, template=version.template_id, version=version.number
    )
    return made
