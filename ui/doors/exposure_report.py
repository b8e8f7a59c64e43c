"""What is open to whom, in words: `python3 start.py doctor`. Reads the settings alone; nothing is served."""

import sys
import tomllib
from pathlib import Path

from data import reference
from data.access import ROLES
from data.database.errors import StoreError
from data.reference.tables import ReferenceUnusable
from data.reference.templates import template_faults
from data.uploads.store import Store
from ui.doors import sign_in, signing_key
from ui.patches import secrets_files
from words.texts import say_fault, say_reference, store_sentence, t


def findings(address: str, host: str) -> list[tuple[str, str, dict]]:
    """(sign: ok, note or bad; key of the text; its values), in the order in which they are told."""
    told: list[tuple[str, str, dict]] = []
    path = signing_key.secrets_path()
    try:
        secrets = signing_key.read_secrets(path)
    except tomllib.TOMLDecodeError as error:
        return [("bad", "doctor.secrets_unreadable", {"path": path.name, "why": str(error)})]
    told += _who(secrets, address, host)
    told += _people(secrets)
    told += _keys(secrets, path)
    told += _templates()
    told += _store()
    return told


def _who(secrets: dict, address: str, host: str) -> list[tuple[str, str, dict]]:
    is_set_up = bool(secrets.get("auth") or secrets.get("passcodes"))
    is_served = bool(host) or not sign_in.is_loopback(address or "127.0.0.1")
    if not is_set_up:
        return [
            ("note", "doctor.served_without" if is_served else "doctor.local_all", {}),
            ("ok", "doctor.others_board", {}),
        ]
    told = []
    if secrets.get("auth"):
        named = [name for name, value in secrets["auth"].items() if isinstance(value, dict)]
        told.append(("ok", "doctor.oidc", {"providers": ", ".join(named)}))
        for name in ("redirect_uri", "cookie_secret"):
            if not secrets["auth"].get(name):
                told.append(("bad", "doctor.oidc_missing", {"name": name}))
        redirect = str(secrets["auth"].get("redirect_uri", ""))
        if host and host not in redirect:
            told.append(("bad", "doctor.oidc_redirect", {"host": host, "uri": redirect}))
    for role, kept in secrets.get("passcodes", {}).items():
        is_good = role in ROLES[1:] and str(kept).startswith("$argon2")
        key = "doctor.passcode" if is_good else "doctor.passcode_wrong"
        told.append(("ok" if is_good else "bad", key, {"role": role}))
    return [*told, ("ok", "doctor.signed_in_only", {}), ("ok", "doctor.others_board", {})]


def _people(secrets: dict) -> list[tuple[str, str, dict]]:
    """How many have which role; whose role or commune is not known."""
    rows = reference.load().people | secrets.get("people", {})
    if not rows:
        return [("note", "doctor.nobody", {})] if secrets.get("auth") else []
    known, told = sign_in.people(), []
    for role in ROLES[1:]:
        count = sum(row["role"] == role for row in known.values())
        if count:
            told.append(("ok", "doctor.people", {"count": count, "role": role}))
    lost = {email.strip().casefold() for email in rows} - set(known)
    return told + [("bad", "doctor.people_unknown", {"count": len(lost)})] if lost else told


def _keys(secrets: dict, path: Path) -> list[tuple[str, str, dict]]:
    if isinstance(secrets.get("links", {}).get("key"), str):
        is_open = path.exists() and path.stat().st_mode & 0o044 and sys.platform != "win32"
        return [("bad", "doctor.secrets_open", {"path": path.name})] if is_open else [("ok", "doctor.key", {})]
    return [("note", "doctor.no_key_yet", {})]


def _templates() -> list[tuple[str, str, dict]]:
    """What is wrong in the Word templates of papers."""
    faults = template_faults(reference.folder())
    return [("bad", "doctor.template", {"fault": fault}) for fault in faults] or [("ok", "doctor.templates", {})]


def _store() -> list[tuple[str, str, dict]]:
    try:
        store = Store()
        store.look()
        if not store.database.exists():
            return [("note", "doctor.store_none", {"place": store.database.name})]
        links, uploads = store.links.all().values(), store.log.state().uploads
    except StoreError as error:
        return [("bad", f"store.{error.code}", {"error": error})]
    now_open = [link for link in links if link.revoked_at is None]
    return [("ok", "doctor.store", {"uploads": len(uploads), "links": len(now_open)})]


def _said(key: str, language: str, values: dict) -> str:
    """The sentence; what has a name of its own in each language gets it here."""
    if "error" in values:
        return store_sentence(values["error"], language)
    named = dict(values)
    if "fault" in values:
        named["fault"] = say_fault(values["fault"], language)
    if values.get("role") in ROLES:
        named["role"] = t(f"access.role.{values['role']}", language)
    if values.get("providers") == "":
        named["providers"] = t("access.sign_in.of_office", language)
    return t(key, language, **named)


def main(arguments: list[str]) -> int:
    """One line a finding, Vietnamese then English; 1 when anything is wrong."""
    secrets_files.read_same_as_server()
    try:
        reference.load()
    except ReferenceUnusable as error:
        print(say_reference(error))
        return 1
    signs = {"ok": "✓", "note": "•", "bad": "✗"}
    told = findings(*(arguments + ["", ""])[:2])
    for sign, key, values in told:
        print(f"{signs[sign]} {_said(key, 'vi', values)}\n  {_said(key, 'en', values)}")
    return int(any(sign == "bad" for sign, _, _ in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
