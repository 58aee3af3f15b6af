"""Joins letters into one PDF to print, in a process of its own: joining takes some 200 KB a letter, which is then gone.

    python -m mainstay.service.documents.joining FOLDER

Reads FOLDER/*.pdf in the order of their names and writes FOLDER/joined. Each letter begins on a front side, so that
printed on both sides no sheet holds two families.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pikepdf

A4: Final = (595.276, 841.89)
#: letters joined at once: their files stay open until the part is written
PART: Final = 100
JOINED: Final = "joined"


def join(folder: Path, part: int = PART) -> None:
    letters = sorted(folder.glob("*.pdf"))
    parts = []
    for first in range(0, len(letters), part):
        parts.append(folder / f"part-{first:09d}")
        _write(letters[first : first + part], parts[-1])
    _write(parts, folder / JOINED)


def _write(files: Iterable[Path], to: Path) -> None:
    with pikepdf.Pdf.new() as pdf:
        opened = []
        for file in files:
            opened.append(pikepdf.open(file))
            pdf.pages.extend(opened[-1].pages)
            if len(pdf.pages) % 2:
                pdf.add_blank_page(page_size=A4)
        pdf.save(to, min_version="1.7")
        for each in opened:
            each.close()


if __name__ == "__main__":
    join(Path(sys.argv[1]))
