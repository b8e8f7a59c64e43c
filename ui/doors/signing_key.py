"""The office's own key in secrets.toml, with which links and cookies are signed: made once, at the first start."""

import os
import tempfile
import tomllib
from pathlib import Path

import streamlit as st

ENTROPY_BYTES = 32


def secrets_path() -> Path:
    """The secrets.toml that is ours: the last that Streamlit reads. A link is followed: a service may write beside the
    store and not beside the code (docs/deploy.md)."""
    return Path(st.get_option("secrets.files")[-1]).resolve()


def read_secrets(path: Path) -> dict:
    """What stands in a secrets.toml; nothing when there is none. Raises tomllib.TOMLDecodeError."""
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def read_or_make(path: Path) -> str | None:
    """The key of [links]; made and added when there is none, None where it cannot be written.

    Two that start at once: the first makes it, the other finds it.
    """
    try:
        return _found(path) or _made(path)
    except (OSError, tomllib.TOMLDecodeError):
        return None


def _found(path: Path) -> str | None:
    key = read_secrets(path).get("links", {}).get("key")
    return key if isinstance(key, str) and len(key) >= ENTROPY_BYTES else None


def _made(path: Path) -> str | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f"{path.name}.new-key")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return _found(path)
    try:
        if found := _found(path):
            return found
        before = path.read_text("utf-8") if path.exists() else ""
        if "links" in tomllib.loads(before):  # a table that a person wrote, without a good key: not ours to mend
            return None
        key = os.urandom(ENTROPY_BYTES).hex()
        note = "# Khóa ký đường dẫn chia sẻ: giữ kín, sao lưu cùng số liệu. / Signs shared links: keep it secret."
        _replace(path, f'{before.rstrip()}\n\n{note}\n[links]\nkey = "{key}"\n'.lstrip())
        return key
    finally:
        lock.unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, and for nobody else to read."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # mkstemp gives 0600
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
