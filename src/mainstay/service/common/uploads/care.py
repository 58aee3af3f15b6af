"""Care of the kept files: rotating the master key, and sweeping what no row knows."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from mainstay.service.common import keyring
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile

ORPHAN_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Swept:
    removed: int  # files on disk that no row knew for a day
    missing: list[int]  # rows whose file is not there


def rotate(*, forget: bool = False) -> tuple[str, int]:
    """Make a new master key, lock every file's key with it; the new id and how many files.

    forget: take out of the key file the keys that lock no file and prove no seal any more.
    A run that was interrupted is finished by the next one.
    """
    new = keyring.add_key()
    done = 0
    for stored in StoredFile.objects.exclude(key_id=new).iterator(chunk_size=500):
        store.rewrap(stored)
        done += 1
    if forget:
        keyring.drop_keys(set(keyring.ring()) - keyring.in_use())
    return new, done


def sweep() -> Swept:
    """Remove files no row has known for a day, and name the rows whose file is gone."""
    folder = Path(settings.CONFIG.var) / "files"
    known = dict(StoredFile.objects.values_list("sha256", "pk"))
    old = time.time() - ORPHAN_SECONDS
    removed, there = 0, set()
    for path in folder.glob("??/*") if folder.exists() else ():
        if path.name in known:
            there.add(path.name)
        elif path.stat().st_mtime < old and not StoredFile.objects.filter(sha256=path.name).exists():
            path.unlink()
            removed += 1
    return Swept(removed, sorted(pk for sha256, pk in known.items() if sha256 not in there))
