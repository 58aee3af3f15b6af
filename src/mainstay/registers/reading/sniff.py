"""What kind of file a run of bytes is, and its text as UTF-8."""

from typing import Final

from mainstay.registers.register import Stopped

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF8: Final = b"\xef\xbb\xbf"
_OPENING: Final = 2000  # bytes looked at
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


def kind(raw: bytes) -> str:
    """ "zip", "xml", "json" or "table", from the first bytes that mean anything."""
    if raw[:4] == b"PK\x03\x04":
        return "zip"
    if raw[:4] == _OLD_EXCEL:
        raise Stopped("this is an old Excel file (.xls): open it in Excel and save it as .xlsx or CSV")
    head = raw[:400].removeprefix(_UTF8)
    if head[:2] in _UTF16:
        head = head[2:]
    head = head.replace(b"\0", b"").lstrip()
    if head[:1] == b"<":
        return "xml"
    return "json" if _looks_like_json(head) else "table"


def _looks_like_json(head: bytes) -> bool:
    return head[:1] in (b"{", b"[") and head[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]")


def decode(raw: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without a byte order mark, and the name of the encoding it came in."""
    data, encoding = _decode(raw)
    if b"\0" in data:
        raise Stopped("this is not a text file: it holds zero bytes; ask the school for CSV, .xlsx or CTF")
    return data, encoding


def _decode(raw: bytes) -> tuple[bytes, str]:
    if raw[:2] in _UTF16 or _unmarked_utf16(raw):
        return _utf16(raw), "utf-16"
    encoding = "utf-8"
    if raw[:3] == _UTF8:
        raw, encoding = raw[3:], "utf-8-sig"
    if raw.isascii():
        return raw, encoding
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        if encoding == "utf-8-sig":
            raise Stopped(f"the file says it is UTF-8 but byte {problem.start + 4:,} is not") from None
        return _cp1252(raw), "cp1252"
    return raw, encoding


def _unmarked_utf16(raw: bytes) -> bool:
    """Most of every second byte of the opening is zero, and no other: UTF-16 written without its mark."""
    if len(raw) % 2 or len(raw) < 8:
        return False
    even, odd = raw[:_OPENING:2].count(0), raw[1:_OPENING:2].count(0)
    return min(even, odd) == 0 and 2 * max(even, odd) > len(raw[:_OPENING:2])


def _utf16(raw: bytes) -> bytes:
    try:
        if raw[:2] in _UTF16:
            return raw.decode("utf-16").encode()
        return raw.decode("utf-16-be" if 0 in raw[:_OPENING:2] else "utf-16-le").encode()
    except UnicodeError:
        raise Stopped("the file is cut short or damaged: it is not whole UTF-16; ask for it again") from None


def _cp1252(raw: bytes) -> bytes:
    try:
        return raw.decode("cp1252").encode()
    except UnicodeDecodeError as problem:
        raise Stopped(
            f"byte {problem.start + 1:,} is text in neither UTF-8 nor Windows-1252; export the file as UTF-8"
        ) from None
