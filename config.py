"""Every setting, its environment variable and its embedded default. No logic beyond reading a value."""

import os
from dataclasses import dataclass, field
from pathlib import Path


def _text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Settings:
    """Settings of one installation; `docs/running.md` explains each to operators."""

    HOST: str = field(default_factory=lambda: _text("HOST", "127.0.0.1"))
    PORT: int = field(default_factory=lambda: _number("PORT", 8000))
    DATA_DIR: Path = field(default_factory=lambda: Path(_text("DATA_DIR", "./var")).resolve())
    # Empty means the embedded default: SQLite and a folder, both inside DATA_DIR.
    DATABASE_URL: str = field(default_factory=lambda: _text("DATABASE_URL", ""))
    STORAGE_URL: str = field(default_factory=lambda: _text("STORAGE_URL", ""))
    # For an s3:// address, which never holds them itself.
    S3_ACCESS_KEY: str = field(default_factory=lambda: _text("S3_ACCESS_KEY", ""), repr=False)
    S3_SECRET_KEY: str = field(default_factory=lambda: _text("S3_SECRET_KEY", ""), repr=False)
    # How long a writer waits for its turn on SQLite before it is told to come again.
    WRITE_WAIT_SECONDS: int = field(default_factory=lambda: _number("WRITE_WAIT_SECONDS", 20))
    # Empty means: generated once into DATA_DIR, mode 0600.
    SECRET_KEY: str = field(default_factory=lambda: _text("SECRET_KEY", ""))
    # Comma-separated host names the site answers to; "*.example.com" style wildcards are not accepted.
    TRUSTED_HOSTS: str = field(default_factory=lambda: _text("TRUSTED_HOSTS", "127.0.0.1,localhost,[::1]"))
    DEMO_PASSWORD: str = field(default_factory=lambda: _text("DEMO_PASSWORD", ""))

    # Behind a TLS proxy: Secure cookies and HSTS, and how many proxies to believe.
    HTTPS: bool = field(default_factory=lambda: _flag("HTTPS", False))
    PROXIES: int = field(default_factory=lambda: _number("PROXIES", 0))

    # Sign-in. Minutes unless said otherwise.
    SESSION_IDLE_MINUTES: int = field(default_factory=lambda: _number("SESSION_IDLE_MINUTES", 240))
    SESSION_ABSOLUTE_HOURS: int = field(default_factory=lambda: _number("SESSION_ABSOLUTE_HOURS", 168))
    SIGN_IN_TRIES: int = field(default_factory=lambda: _number("SIGN_IN_TRIES", 5))
    SIGN_IN_LOCK_MINUTES: int = field(default_factory=lambda: _number("SIGN_IN_LOCK_MINUTES", 30))
    PASSWORD_POLICY: str = field(default_factory=lambda: _text("PASSWORD_POLICY", "nist"))

    # Photos.
    PHOTO_MAX_BYTES: int = field(default_factory=lambda: _number("PHOTO_MAX_BYTES", 30 * 1024 * 1024))
    PHOTO_YEARS_BACK: int = field(default_factory=lambda: _number("PHOTO_YEARS_BACK", 2))
    KEEP_ORIGINALS: bool = field(default_factory=lambda: _flag("KEEP_ORIGINALS", True))
    # Days that the files of a withdrawn photo lie in quarantine before they are erased.
    PHOTO_RETENTION_DAYS: int = field(default_factory=lambda: _number("PHOTO_RETENTION_DAYS", 30))

    # A new photo is compared with those of its branch, of its committee, or of all.
    LIKENESS_SCOPE: str = field(default_factory=lambda: _text("LIKENESS_SCOPE", "committee"))

    # Development only: the page of all components.
    GALLERY: bool = field(default_factory=lambda: _flag("GALLERY", False))
