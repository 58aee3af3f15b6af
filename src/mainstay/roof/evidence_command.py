"""``mainstay evidence``: check a bundle that was issued; show the key that bundles are signed with.

``verify`` needs the file and nothing else: no settings, no database. Exit status 0 it holds, 1 it does not, 2 it is no
bundle or was not understood.
"""

import argparse
from pathlib import Path

from mainstay.service.documents import manifest

FAILS, NO_BUNDLE = 1, 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mainstay evidence", description="Check bundles of evidence.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="say whether a bundle is as it was issued")
    check.add_argument("bundle", metavar="BUNDLE.pdf", type=Path)
    check.add_argument(
        "manifest",
        metavar="MANIFEST.json",
        type=Path,
        nargs="?",
        help="one that came another way than in the file",
    )
    check.add_argument("--key", metavar="FINGERPRINT", default="", help="the key that it must be signed with")
    commands.add_parser("key", help="show the fingerprint of this service's key, as indexes print it")
    return parser


def main(argv: list[str]) -> int:
    try:
        given = _parser().parse_args(argv)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return _key() if given.command == "key" else _verify(given.bundle, given.manifest, given.key)


def _verify(bundle: Path, beside: Path | None, key: str) -> int:
    try:
        verdict = manifest.verify(bundle.read_bytes(), beside.read_bytes() if beside else None, key)
    except manifest.NotABundle as reason:
        print(reason)
        return NO_BUNDLE
    except OSError as reason:
        print(f"{reason.filename} cannot be read: {reason.strerror}.")
        return NO_BUNDLE
    print(f"Bundle {verdict.reference}, issued {verdict.issued_at}.")
    print(f"Signed with the key {verdict.key}.")
    if not key:
        print(
            "Compare this with the fingerprint that the council gives you; only that says whose bundle it is."
        )
    for sentence in verdict.faults or verdict.said:
        print(sentence)
    print("The bundle holds." if verdict.holds else "The bundle does not hold.")
    return 0 if verdict.holds else FAILS


def _key() -> int:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    from mainstay.service.common import signing

    public = signing.public()
    print(manifest.fingerprint(public))
    print(f"public key (Ed25519): {public.hex()}")
    return 0
