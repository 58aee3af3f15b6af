"""Print runs: many letters in one PDF, each beginning on a sheet of its own.

A run is started, letters are served with it, and then it is put together; posting it is ``service.post_run``.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.documents import joining
from mainstay.service.documents.models import Document, PrintRun, Service, ServiceQuerySet

#: joining needs no settings of ours, and so no keys
_ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")}

#: so many letters are joined here, in less time than another process takes to begin
FEW: Final = 20


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


@contextmanager
def merged(letters: Iterable[Document]) -> Iterator[IO[bytes]]:
    """One PDF of all, each letter on sheets of its own; of more than a few made by another process: it takes much memory.

    The letters lie unlocked in a folder of this account alone for as long as the block lasts.
    """
    beside = settings.CONFIG.var / "tmp"
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=beside) as name:
        folder, number = Path(name).resolve(), 0
        for number, letter in enumerate(letters):
            (folder / f"{number:09d}.pdf").write_bytes(store.read(letter.file))
        if number < FEW:
            joining.join(folder)
        else:
            subprocess.run([sys.executable, "-m", joining.__name__, folder], check=True, env=_ENVIRONMENT)
        with (folder / joining.JOINED).open("rb") as pdf:
            yield pdf
