"""Settings from the environment, typed; what is missing, malformed or unknown stops start-up with one message.

Every variable begins with MAINSTAY_. docs/how-to/deploy.md lists them.
"""

import difflib
import json
import os
import re
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "MAINSTAY_"
#: read by the tests, not by Mainstay
OF_TESTS: Final = "MAINSTAY_TEST_"
UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: the shortest secret that another service may share with us: our own choice
SECRET: Final = 32


class Config(BaseSettings):
    """One deployment of one council."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")  # ``_unknown`` looks at the rest

    council_name: str = "Southampton (made-up city)"
    service_name: str = "Education welfare"
    la_code: str = Field("852", pattern=r"^\d{3}$")
    demo: bool = False
    debug: bool = False
    var: Path = Path("var")  # everything this process writes that isn't in the database
    database_url: str = ""  # empty: SQLite in var/
    secret_key: str = Field("", min_length=0)
    secret_key_file: Path | None = Field(None, validate_default=True)
    master_key_file: Path | None = None  # encrypts files at rest; empty: var/keys/master.key
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    address: str = Field("", pattern=r"^(https?://[^/\s]+)?$")  # for links in mail; empty: mail has none
    https: bool = False  # served behind TLS: secure cookies and HSTS
    proxies: int = Field(0, ge=0, le=5)  # how many of ours stand in front and add X-Forwarded-For
    session_hours: int = Field(10, ge=1, le=24)
    idle_minutes: int = Field(60, ge=5, le=600)
    upload_megabytes: int = Field(200, ge=1, le=1000)
    clamav_socket: str = ""  # host:port or a path; empty: uploads are typed and limited, not scanned
    email_url: str = ""  # smtp://user:password@host:port; empty: mail stays in the outbox
    email_from: str = "mainstay@localhost"
    notify_url: str = "https://api.notifications.service.gov.uk"
    notify_key: str = ""  # of GOV.UK Notify; empty: letters are printed here
    notify_callback_token: str = (
        ""  # GOV.UK Notify shows it when it tells of returned letters; empty: it may not
    )
    webhooks: Annotated[dict[str, str], NoDecode] = {}  # receivers of events: address -> secret
    pay_url: str = Field("https://publicapi.payments.service.gov.uk", pattern=r"^https?://[^/\s]+$")
    pay_key: str = Field("", pattern=r"^[!-~]*$")  # of GOV.UK Pay; empty: nobody pays online
    pay_webhook_secret: str = Field("", validate_default=True)  # GOV.UK Pay signs what it tells us with it
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("notify_url")
    @classmethod
    def _notify_address(cls, value: str, info: ValidationInfo) -> str:
        _check_address(value, info)
        return value

    @field_validator("notify_key")
    @classmethod
    def _notify_key(cls, value: str) -> str:
        if value and not re.search(f"{UUID}-{UUID}$", value):
            raise ValueError("is not a whole key: it ends with two ids of 36 characters each")
        return value

    @field_validator("notify_callback_token")
    @classmethod
    def _callback_token(cls, value: str) -> str:
        if value and (len(value) < SECRET or not value.isascii() or not value.isprintable() or " " in value):
            raise ValueError(f"needs {SECRET} characters or more, without spaces")
        return value

    @field_validator("webhooks", mode="before")
    @classmethod
    def _receivers(cls, value: Any, info: ValidationInfo) -> Any:
        try:
            found = json.loads(value or "{}") if isinstance(value, str) else value
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(secret, str) for secret in found.values()):
            raise ValueError('must look like {"https://crm.example.org/events": "secret"}')
        for address, secret in found.items():
            _check_address(address, info)
            if len(secret) < SECRET:
                raise ValueError(f"each secret needs {SECRET} characters or more")
        return found

    @field_validator("secret_key_file")
    @classmethod
    def _outside_the_demo(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        said = info.data  # without what is malformed
        if not (value or said.get("secret_key") or said.get("demo", True) or said.get("debug", True)):
            raise ValueError("this or MAINSTAY_SECRET_KEY is needed (or MAINSTAY_DEMO=true)")
        return value

    @field_validator("pay_url")
    @classmethod
    def _key_in_the_clear(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("http:") and not info.data.get("demo", True):
            raise ValueError("must begin with https://, since the key is sent there")
        return value

    @field_validator("pay_webhook_secret")
    @classmethod
    def _told_by_pay(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("pay_key") and not value:
            raise ValueError("needed with MAINSTAY_PAY_KEY")
        return value

    @property
    def pay_pages(self) -> list[str]:
        """Where a payer may be sent on to, for the policy of our own pages."""
        if not self.pay_key:
            return []
        ours = "https://publicapi.payments.service.gov.uk"
        return ["https://*.payments.service.gov.uk" if self.pay_url == ours else self.pay_url]

    def secret(self) -> str:
        """The signing key; the demo makes itself one in var/keys."""
        if self.secret_key:
            return self.secret_key
        return local_key(self.secret_key_file or self.var / "keys" / "secret.key").hex()

    @property
    def master_key_path(self) -> Path:
        return self.master_key_file or self.var / "keys" / "master.key"

    def make_master_key(self) -> None:
        """Make the key file, where nothing was locked with another yet: ``keyring`` asks."""
        local_key(self.master_key_path)

    def master_keys(self) -> list[bytes]:
        """The keys of the key file, the one in use first."""
        return [bytes.fromhex(line) for line in self.master_key_path.read_text().split()]

    def database(self) -> dict[str, Any]:
        """Django's settings for the database at ``database_url``."""
        parts = urlsplit(self.database_url)
        if parts.scheme in ("postgresql", "postgres"):
            query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(parts.hostname or query.get("host", "")),
                "PORT": str(parts.port or ""),
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
            } | ({"HOST": unquote(query["host"])} if "host" in query else {})
        return sqlite(Path(parts.path) if parts.path else self.var / "mainstay.sqlite3")


def _check_address(value: str, info: ValidationInfo) -> None:
    """Whatever leaves the machine leaves it encrypted; a stand-in on this machine will do for a try."""
    parts = urlsplit(value)
    trying = info.data.get("demo") or info.data.get("debug")
    local = trying and parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValueError("must begin with https://")


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as a server's database: write-ahead log, and writers that wait instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;",
        },
    }


def local_key(path: Path) -> bytes:
    """The first 32 bytes in a key file, made (readable by its owner only) when it isn't there yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text().split()[0])


def load() -> Config:
    """Read the environment, or stop with every fault named in one message."""
    lines = _unknown()
    try:
        found = Config()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as faults:
        lines += [
            f"{PREFIX}{'_'.join(map(str, f['loc'])).upper()}: {f['msg'].removeprefix('Value error, ')}"
            for f in faults.errors()
        ]
    if lines:
        sys.exit("Mainstay cannot start; put these settings right:\n  " + "\n  ".join(lines))
    return found


def _unknown() -> list[str]:
    """Names in the environment that look like settings and are none, with the one that was probably meant."""
    known = [name.upper() for name in Config.model_fields]
    ours = [name for name in os.environ if name.upper().startswith(PREFIX)]
    strange = [name for name in ours if name.upper().removeprefix(PREFIX) not in known]
    lines = []
    for name in sorted(n for n in strange if not n.startswith(OF_TESTS)):
        near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), known, 1)
        meant = f"; did you mean {PREFIX}{near[0]}?" if near else ""
        lines.append(f"{name}: there is no such setting{meant}")
    return lines
