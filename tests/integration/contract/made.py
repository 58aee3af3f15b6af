"""Made-up register files, small enough to read."""

import io
import zipfile

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
LONG = "URN,UPN,Surname,Forename,DOB,Date,Session,Mark"


def upn(n):
    rest = f"8529999{24:02d}{n:03d}"
    return LETTERS[sum(int(d) * w for d, w in zip(rest, range(2, 14), strict=False)) % 23] + rest


ADA, BEN, CAI = upn(1), upn(2), upn(3)
BORN = "2015-03-09"


def line(
    mark, date="2025-09-08", half="AM", who=ADA, surname="Fenwick", forename="Ada", born=BORN, urn="999999"
):
    return f"{urn},{who},{surname},{forename},{born},{date},{half},{mark}"


def long(*lines, header=LONG):
    return "\n".join([header, *lines]) + "\n"


def write(folder, text, name="register.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def codes(report):
    return {w["code"]: w["count"] for w in report["warnings"]}


def xlsx(rows, merges=(), styles=True):
    """A workbook of one sheet: text, numbers (left as numbers) and None."""

    def letter(n):
        out = ""
        while True:
            out = chr(65 + n % 26) + out
            n = n // 26 - 1
            if n < 0:
                return out

    body = []
    for r, row in enumerate(rows, 1):
        cells = []
        for c, value in enumerate(row):
            ref = f"{letter(c)}{r}"
            if value is None:
                continue
            if isinstance(value, (int, float)):
                cells.append(f'<c r="{ref}"><v>{value}</v></c>')
            else:
                text = str(value).replace("&", "&amp;").replace("<", "&lt;")
                cells.append(f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        if cells:
            body.append(f'<row r="{r}">{"".join(cells)}</row>')
    merged = (
        f'<mergeCells count="{len(merges)}">'
        + "".join(f'<mergeCell ref="{m}"/>' for m in merges)
        + "</mergeCells>"
        if merges
        else ""
    )
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pkg = "http://schemas.openxmlformats.org/package/2006"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{pkg}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        )
        z.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{pkg}/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        z.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook xmlns="{ns}" xmlns:r="{rel}"><sheets><sheet name="Register" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        z.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{pkg}/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        z.writestr(
            "xl/worksheets/sheet1.xml",
            f'<?xml version="1.0"?><worksheet xmlns="{ns}"><sheetData>{"".join(body)}</sheetData>{merged}</worksheet>',
        )
    return out.getvalue()


FIELDS = {
    "file",
    "sha256",
    "layout",
    "encoding",
    "schools",
    "pupils",
    "marks",
    "from",
    "to",
    "rows_read",
    "rows_taken",
    "rows_refused",
    "errors",
    "warnings",
    "verdict",
    "stopped_because",
}


def one(result):
    """The only report of a run, after what must hold for every report."""
    status, reports = result
    assert len(reports) == 1
    r = reports[0]
    assert set(r) >= FIELDS
    assert r["rows_read"] == r["rows_taken"] + r["rows_refused"]
    assert {"ready": 0, "ready_with_refusals": 1, "stopped": 3}[r["verdict"]] == status
    assert (r["stopped_because"] is not None) == (r["verdict"] == "stopped")
    if r["verdict"] == "stopped":
        assert r["rows_taken"] == 0 and r["marks"] == 0
    for e in r["errors"]:
        assert {"line", "column", "value", "problem"} <= set(e)
    for w in r["warnings"]:
        assert {"code", "count", "text"} <= set(w)
    return r
