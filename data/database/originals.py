"""The files as they arrived, by the SHA-256 of their bytes."""

import hashlib

from sqlalchemy import Connection, insert, select

from data.database import tables
from data.database.engine import Database
from data.database.errors import StoreError


def original(database: Database, digest: str) -> bytes:
    """The bytes of a file as it arrived.

    errors: StoreError store_damaged when they are not there or not those any more
    """
    found = database.rows(select(tables.originals.c.content).where(tables.originals.c.sha256 == digest))
    content = found[0].content if found else None
    if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != digest:
        raise StoreError("store_damaged", database.name, ("original", digest[:12]))
    return content


def keep_original(connection: Connection, digest: str, content: bytes) -> None:
    """Keep the bytes of a file once, whatever it is called."""
    table = tables.originals
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == digest)).first() is None:
        connection.execute(insert(table).values(sha256=digest, content=content))


def digest_of(content: bytes) -> str:
    """By which a file is known."""
    return hashlib.sha256(content).hexdigest()
