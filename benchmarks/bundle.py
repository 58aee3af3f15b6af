"""A bundle of 300 pages and 60 exhibits as one tagged PDF, beside a plain merge of the same files without tags.

    python benchmarks/bundle.py [--quick] [--rounds N]

*ours* is ``bundling.bound``: pages counted and everything sent looked at, index and page numbers rendered, all spliced
in a process of its own, whose start is in the time. *plain merge* is pikepdf putting the same pages one after another
into a file: no tags, no index, no numbers, no bookmarks; a picture is laid on a page as it is. Both read the same files:
a third documents of ours with tables, a third PDFs as an office program prints them (tagged too, several fonts), a third
pictures and short scans. The two take turns, after a warm-up. Before any time is printed the pages are counted and
every mark of ours is looked up in the parent tree. A ratio is the median of the rounds' ratios. Memory is the peak of
the splicing process, and of this one, which renders.

The last line is JSON: ``bundle_vs_untagged_merge``, ``bundle_seconds``, ``merge_seconds``, ``pages``, ``peak_mb``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # as a file too, not only as a module

from benchmarks.memory import peak_mb  # noqa: E402

EXHIBITS = 60
PAGES = 300


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    if options.within:
        print(json.dumps(_prepare(Path(options.folder), options.within == "alone", options.exhibits)))
        return 0
    _start()
    from mainstay.service.documents import bundling

    exhibits = EXHIBITS // 6 if options.quick else EXHIBITS
    cover = bundling.Cover(
        "Evidence: a made-up case", "B-0001", (("Defendant", "Grace Fenwick"),), (), "AB CD"
    )
    ours, merged = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [_part(**each) for each in _process("files", folder, exhibits)]
        made = bundling.bound(parts, cover, folder)
        _merge(parts, folder / "merged.pdf")
        _agree(made, folder / "merged.pdf")
        for turn in range(options.rounds or (1 if options.quick else 5)):
            for contender in ("ours", "merge")[:: 1 if turn % 2 else -1]:
                begun = time.perf_counter()
                if contender == "ours":
                    made = bundling.bound(parts, cover, folder)
                    ours.append(time.perf_counter() - begun)
                else:
                    _merge(parts, folder / "merged.pdf")
                    merged.append(time.perf_counter() - begun)
        sizes = [path.stat().st_size / 1024**2 for path in (made.path, folder / "merged.pdf")]
        spliced = _process("alone", folder, exhibits)
        given = sum(part.file.stat().st_size for part in parts) / 1024**2
    ratio = median(one / other for one, other in zip(ours, merged, strict=True))
    print(f"{made.pages} pages, {len(parts)} exhibits of {given:.1f} MB, median of {len(ours)} rounds\n")
    print(f"{'':<14}{'seconds':>9}{'MB':>8}")
    print(f"{'ours':<14}{median(ours):>9.2f}{sizes[0]:>8.1f}")
    print(f"{'plain merge':<14}{median(merged):>9.2f}{sizes[1]:>8.1f}")
    print(
        f"\nPeak memory: {spliced:.0f} MB splicing, {peak_mb():.0f} MB rendering (of which Django is most)."
    )
    figures = {
        "bundle_vs_untagged_merge": round(ratio, 2),
        "bundle_seconds": round(median(ours), 2),
        "merge_seconds": round(median(merged), 2),
        "pages": made.pages,
        "peak_mb": round(max(spliced, peak_mb())),
    }
    print(json.dumps(figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/bundle.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="ten exhibits, one round")
    parser.add_argument("--rounds", type=int, help="how often each makes it (5)")
    parser.add_argument("--within", choices=("files", "alone"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--exhibits", type=int, help=argparse.SUPPRESS)
    return parser


def _start() -> None:
    os.environ |= {"MAINSTAY_DEMO": "true", "MAINSTAY_LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.roof.settings"
    import django

    django.setup()


def _process(what: str, folder: Path, exhibits: int) -> Any:
    """What it says in a process of its own, so that its memory is not this one's."""
    command = [
        sys.executable,
        __file__,
        "--within",
        what,
        "--folder",
        str(folder),
        "--exhibits",
        str(exhibits),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def _prepare(folder: Path, alone: bool, exhibits: int) -> Any:
    """Peak memory in MB of splicing the job in the folder; or the exhibits, written there."""
    if alone:
        from mainstay.service.documents import splicing

        splicing.splice(splicing.read(folder), folder / "again.pdf")
        return peak_mb()
    _start()
    return [_exhibit(folder, n) for n in range(exhibits)]


def _part(file: str, n: int) -> Any:
    from mainstay.service.documents.splicing import Part

    ours = n % 3 == 0
    return Part(Path(file), f"Exhibit {n}", f"AB/{n}", ours, () if ours else (f"Made-up exhibit {n}",))


def _exhibit(folder: Path, n: int) -> dict[str, Any]:
    """Ours, office programs' and pictures in turn."""
    import weasyprint
    from PIL import Image

    from mainstay.service.documents import rendering

    file = folder / f"exhibit-{n:03d}"
    if n % 3 == 0:
        file.write_bytes(rendering.render("certificate_draft", _certificate(n)))
    elif n % 3 == 1:
        weasyprint.HTML(string=_letter(n)).write_pdf(file, pdf_variant="pdf/ua-1")
    elif n % 2:
        picture = Image.effect_noise((1600 + n, 1200), 40).convert("RGB")
        picture.save(file, "JPEG" if n % 4 == 1 else "PNG")
    else:
        scans = [Image.effect_noise((827 + n, 1169), 20).convert("L") for _ in range(6)]
        scans[0].save(file, "PDF", save_all=True, append_images=scans[1:])
    return {"file": str(file), "n": n}


def _certificate(n: int) -> dict[str, Any]:
    row = ["Monday 9 September 2024", "Morning", "O", "Absent without reason given", "12 Sep 2024"]
    return {
        "title": "Certificate of attendance", "footer": f"Made-up council {n}", "facts": [["Child", "Ada Fenwick"]] * 5,
        "totals": [["Possible", 100]] * 5, "rate": "80.0%", "closed": "", "sessions": [row] * 190, "amendments": [row] * 20,
        "provenance": "One arrival.", "digest": "ab" * 32,
    }  # fmt: skip


def _letter(n: int) -> str:
    paragraph = (
        "<p>Ada was not at school on <b>Monday</b> and <i>Tuesday</i>, and nobody rang (see the table). </p>"
    )
    table = "<table>" + "<tr><td>Monday</td><td>absent</td><td>no reason</td></tr>" * 20 + "</table>"
    return (
        f"<html lang=en><title>Letter {n}</title><h1>Letter {n}</h1>"
        + (paragraph * 12 + table) * 6
        + "</html>"
    )


def _merge(parts: list[Any], to: Path) -> None:
    """The same files, as anybody would merge them."""
    import pikepdf
    from PIL import Image

    with pikepdf.Pdf.new() as pdf:
        opened = []
        for part in parts:
            source: Any = part.file
            if part.file.read_bytes()[:4] != b"%PDF":
                source = BytesIO()
                Image.open(part.file).save(source, "PDF")
            opened.append(pikepdf.open(source))
            pdf.pages.extend(opened[-1].pages)
        pdf.save(to, min_version="1.7")
        for each in opened:
            each.close()


def _agree(made: Any, merged: Path) -> None:
    """Stop unless both have all pages, and every mark of a page of ours is in the parent tree."""
    import pikepdf

    with pikepdf.open(made.path) as pdf, pikepdf.open(merged) as plain:
        index = made.spans[0].last
        if len(pdf.pages) != len(plain.pages) + index:
            sys.exit(f"{len(pdf.pages)} pages are not {len(plain.pages)} and an index of {index}")
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        for page in pdf.pages:
            of_page = parents[int(page.obj.StructParents)]
            for each in pikepdf.parse_content_stream(page, "BDC"):
                mark = each.operands[1].get("/MCID")
                if mark is not None and of_page[int(mark)].S is None:
                    sys.exit(f"a mark of page {page.label} leads nowhere")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
