"""Settings from the environment, typed; what is missing or malformed stops start-up with one message.

Every variable begins with MAINSTAY_. docs/how-to/deploy.md lists them.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """One deployment of one council."""

    model_config = SettingsConfigDict(env_prefix="MAINSTAY_", extra="ignore")

    council_name: str = "Southampton (made-up city)"
    service_name: str = "Education welfare"
    la_code: str = Field("852", pattern=r"^\d{3}$")
    demo: bool = False
    debug: bool = False
    var: Path = Path("var")  # everything this process writes that isn't in the database
    database_url: str = ""  # empty: SQLite in var/
    secret_key: str = Field("", min_length=0)
    secret_key_file: Path | None = None
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
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @model_validator(mode="after")
    def _outside_the_demo(self) -> "Config":
        if not (self.demo or self.debug) and not (self.secret_key or self.secret_key_file):
            raise ValueError(
                "MAINSTAY_SECRET_KEY or MAINSTAY_SECRET_KEY_FILE is needed (or MAINSTAY_DEMO=true)"
            )
        return self

    def secret(self) -> str:
        """The signing key; the demo makes itself one in var/keys."""
        if self.secret_key:
            return self.secret_key
        return local_key(self.secret_key_file or self.var / "keys" / "secret.key").hex()

    @property
    def master_key_path(self) -> Path:
        return self.master_key_file or self.var / "keys" / "master.key"

    def master_keys(self) -> list[bytes]:
        """The keys of the key file, the one in use first; a file with one key is made where there is none."""
        local_key(self.master_key_path)
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
        import os
        import secrets

        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text().split()[0])


def load() -> Config:
    """Read the environment, or stop with every fault named in one message."""
    try:
        return Config()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as faults:
        lines = [
            "  " + ("MAINSTAY_" + "_".join(map(str, f["loc"])).upper() + ": " if f["loc"] else "") + f["msg"]
            for f in faults.errors()
        ]
        sys.exit("Mainstay cannot start; put these settings right:\n" + "\n".join(lines))
