"""Print runs: many letters in one PDF, each beginning on a sheet of its own.

A run is started, letters are served with it, and then it is put together; posting it is ``service.post_run``.
"""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

import pikepdf
from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents.models import Document, PrintRun, Service, ServiceQuerySet

A4: Final = (595.276, 841.89)
#: letters merged at once; their files stay open until the part is written
_PART: Final = 100


@transaction.atomic
def start(*, by: Any, at: datetime) -> PrintRun:
    """An empty run, for ``serve_many(…, run=run)``."""
    run = PrintRun.objects.create(made_at=at, made_by=by, letters=0)
    trail.record(by=by, at=at, action="print_run.started", on=run)
    return run


@transaction.atomic
def gather(*, service_ids: Sequence[int], by: Any, at: datetime) -> PrintRun:
    """A run of letters that wait to be printed; each goes into one run, whoever asks first.

    Raises StepRefused where none of them waits (any more).
    """
    waiting = to_print(Service.objects.visible_to(by)).filter(pk__in=service_ids)
    letters = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    if not letters:
        raise StepRefused("Tick at least one letter that waits to be printed.")
    run = start(by=by, at=at)
    Service.objects.filter(pk__in=[letter.pk for letter in letters]).update(run=run, changed_at=at)
    trail.record(
        by=by, at=at, action="print_run.gathered", on=run, services=[letter.pk for letter in letters]
    )
    return run


def to_print(services: ServiceQuerySet) -> ServiceQuerySet:
    """Letters to be printed here that are in no run and were not posted."""
    return services.filter(channel=Service.Channel.PRINT, run=None, sent_on=None)


def put_together(*, run: PrintRun, by: Any, at: datetime) -> PrintRun:
    """Make the run's PDF of the letters served with it, in the order they were recorded.

    The file is made before anything is locked, so that nobody waits for thousands of pages.
    Raises StepRefused for an empty run, and one put together before: what was printed stays as it was.
    """
    if PrintRun.objects.get(pk=run.pk).file_id is not None:
        raise StepRefused("This run is put together already.")
    letters = list(Document.objects.filter(services__run=run).select_related("file").order_by("services__pk"))
    if not letters:
        raise StepRefused("There is no letter in this run.")
    with merged(letters) as pdf:
        file = store.keep_made(pdf, kind="pdf", by=by, at=at)
    return _put_together(run, file, letters, by, at)


@transaction.atomic
def _put_together(
    run: PrintRun, file: StoredFile, letters: Sequence[Document], by: Any, at: datetime
) -> PrintRun:
    run = PrintRun.objects.select_for_update().get(pk=run.pk)
    if run.file_id is not None or run.services.count() != len(letters):
        raise StepRefused("This run was put together, or got another letter, at the same moment.")
    run.file, run.letters = file, len(letters)
    run.save(update_fields=["file", "letters"])
    trail.record(
        by=by, at=at, action="print_run.made", on=run, letters=[d.pk for d in letters], sha256=file.sha256
    )
    return run


def merged(letters: Iterable[Document]) -> IO[bytes]:
    """One PDF of all, printed on both sides without two families on one sheet; a file that goes when closed."""
    letters = list(letters)
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for first in range(0, len(letters), _PART):
            parts.append(Path(folder) / f"{first}.pdf")
            _write(map(store.read, (d.file for d in letters[first : first + _PART])), parts[-1])
        whole = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
        with pikepdf.Pdf.new() as pdf:
            opened = [pikepdf.open(part) for part in parts]
            for part in opened:
                pdf.pages.extend(part.pages)
            pdf.save(whole, min_version="1.7")
            for part in opened:
                part.close()
    whole.seek(0)
    return whole


def _write(letters: Iterable[bytes], to: Path) -> None:
    with pikepdf.Pdf.new() as pdf:
        opened = []
        for letter in letters:
            opened.append(pikepdf.open(BytesIO(letter)))
            pdf.pages.extend(opened[-1].pages)
            if len(pdf.pages) % 2:
                pdf.add_blank_page(page_size=A4)
        pdf.save(to, min_version="1.7")
        for each in opened:
            each.close()
