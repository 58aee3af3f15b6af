"""A key file that is gone, or another's, is never replaced where something was locked with it."""

import io
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from tests.factories import NOW, UserFactory

from mainstay.roof import serve_command
from mainstay.service.accounts.adapter import SecondFactorAdapter
from mainstay.service.common import keyring
from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.uploads import kinds, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key file lies: nothing there yet, and this is no demo."""
    path = tmp_path / "keys" / "master.key"
    monkeypatch.setattr(settings.CONFIG, "master_key_file", path)
    monkeypatch.setattr(settings.CONFIG, "var", tmp_path)
    monkeypatch.setattr(settings.CONFIG, "demo", False)
    return path


def a_stored_file() -> None:
    file = io.BytesIO(b"UPN,Date,AM,PM\n")
    store.keep(file, allowed=kinds.REGISTERS, by=None, at=NOW, name="register.csv")


def a_seal() -> None:
    trail.record(by=None, at=NOW, action="thing.done", on=("thing", "1"))
    # as the worker does on SQLite; on PostgreSQL a row waits until the transaction of its test is over
    sealing.Seal.objects.create(
        at=NOW, first_no=1, last_no=1, previous="", head="", mac="", key_id=keyring.current()[0]
    )


def a_second_factor() -> None:
    data = {"secret": SecondFactorAdapter().encrypt("secret")}
    Authenticator.objects.create(user=UserFactory(), type=Authenticator.Type.TOTP, data=data)


LOCKED = pytest.mark.parametrize("lock", [a_stored_file, a_seal, a_second_factor])


def test_the_first_start_makes_a_key_only_its_owner_reads(key_file: Path) -> None:
    assert serve_command._keys(lost=False) == ""
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert serve_command._keys(lost=False) == ""


@LOCKED
def test_a_missing_key_file_is_named_and_not_made_anew(lock, key_file: Path) -> None:  # type: ignore[no-untyped-def]
    lock()
    name, _ = keyring.current()
    key_file.unlink()
    said = serve_command._keys(lost=False)
    assert str(key_file) in said
    assert name in said
    with pytest.raises(keyring.KeyMissing, match="is missing"):
        keyring.current()
    assert not key_file.exists()


@LOCKED
def test_another_key_file_is_refused(lock, key_file: Path) -> None:  # type: ignore[no-untyped-def]
    lock()
    name, _ = keyring.current()
    key_file.write_text("ab" * 32)
    assert f"does not hold the master key {name}" in serve_command._keys(lost=False)


def test_where_keys_are_gone_for_good_a_new_one_is_made_when_somebody_says_so(key_file: Path) -> None:
    a_stored_file()
    old, _ = keyring.current()
    key_file.unlink()
    assert serve_command._keys(lost=True) == ""
    assert keyring.current()[0] != old
    assert serve_command._keys(lost=True) == ""
    assert "does not hold" in serve_command._keys(lost=False)


def test_an_older_key_of_the_file_will_do(key_file: Path) -> None:
    a_stored_file()
    keyring.add_key()
    assert serve_command._keys(lost=False) == ""


def test_serve_says_what_losing_the_key_file_means(
    key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve_command._say_key_file()
    assert f"{key_file}. Losing it loses the files" in capsys.readouterr().out
