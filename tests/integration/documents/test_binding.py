"""Stored papers become one sealed bundle, which is kept as any other document of ours."""

import io
from pathlib import Path

import pytest
from django.db import connection
from tests.factories import UserFactory
from tests.factories_documents import LATER
from tests.integration.documents.test_issuing_documents import issued
from tests.unit.documents import bundles

from mainstay.service.common.audit import sealing
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import EVIDENCE
from mainstay.service.documents import bundling, manifest
from mainstay.service.documents.bundling import Cover, Paper, Refused

pytestmark = pytest.mark.django_db


def sent(path: Path, name: str = "letter.pdf"):  # type: ignore[no-untyped-def]
    return store.keep(io.BytesIO(path.read_bytes()), allowed=EVIDENCE, by=None, at=LATER, name=name)


def test_papers_are_bound_sealed_kept_and_checked(tmp_path: Path) -> None:
    letter = issued(draft=False)
    bundles.upload(pages=2).save(tmp_path / "x.pdf")
    upload = sent(tmp_path / "x.pdf")
    assert bundling.check(upload, "Letter") == 2
    papers = [
        Paper(letter.file, "Receipt", "GH/1", made_here=True),
        Paper(upload, "Letter", "AB/1", descriptions=("A letter",)),
    ]
    cover = Cover("Evidence", "B-7", key=bundling.key())
    sealing.seal_all()
    with bundling.bind(papers, cover) as bound:
        made = bundling.seal(
            bound, papers, cover, at=LATER, rules_version="7", certificates={"GH/1": "ab" * 32}
        )
        with bound.path.open("rb") as file:
            kept = store.keep_made(file, kind="pdf", by=UserFactory(), at=LATER)
        folder = bound.path.parent
    assert not folder.exists()
    whole = store.read(kept)
    verdict = manifest.verify(whole, key=bundling.key())
    assert verdict.holds and manifest.of(whole) == made
    said = manifest._read(made)
    assert [(p["reference"], p["sha256"]) for p in said["parts"]] == [
        ("", ""), ("GH/1", letter.file.sha256), ("AB/1", upload.sha256)
    ]  # fmt: skip
    assert said["audit_head"] == sealing.head()
    if connection.vendor == "sqlite":  # a server's rows are sealed once their transaction is over
        assert said["audit_head"] != sealing.START


def test_a_refusal_in_the_other_process_comes_back_in_words(tmp_path: Path) -> None:
    pdf = bundles.upload()
    pdf.pages[0].obj.Contents.write(b"%PDF", filter=bundles.Name.FlateDecode)
    pdf.save(tmp_path / "x.pdf")
    paper = Paper(sent(tmp_path / "x.pdf"), "Letter of 3 May", descriptions=("A letter",))
    with (
        pytest.raises(Refused, match="“Letter of 3 May” is damaged"),
        bundling.bind([paper], Cover("t", "r")),
    ):
        pass
