"""Where the store lies: the address of each table, the original files by SHA-256, and the errors of the store."""

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError
from pyarrow import ArrowException, fs

from data import schemas

FOLDER = Path(__file__).parent / "store"
BATCHES, ORIGINALS = "batches", "originals"
INBOX, SHEETS, DECISIONS, QUESTIONS = "inbox", "sheets", "decisions", "questions"  # journals beside the log
LINKS, DISCLOSURES, CONCLUSIONS = "links", "disclosures", "conclusions"
JOURNALS = (BATCHES, INBOX, SHEETS, DECISIONS, QUESTIONS, LINKS, DISCLOSURES, CONCLUSIONS)
ROW_TABLES = (*schemas.KINDS, "remarks", "waiting")
OWN_NAMES = {ORIGINALS, *JOURNALS, *ROW_TABLES}

STORE_ERRORS = (
    "not_a_folder",  # a file stands where the store should be
    "foreign_folder",  # the folder holds other things
    "store_damaged",  # a table or a file of the store cannot be read
    "store_not_writable",
    "store_busy",  # too many others wrote at the same moment; try again
    "frame_not_tidy",  # a part does not follow data/schemas.py
    "nothing_to_accept",
    "upload_unknown",
    "item_unknown",
    "source_unknown",
    "question_unknown",
    "decision_unknown",
    "link_unknown",
    "conclusion_unknown",
    "not_allowed",  # the person who asks may not do this
    "already_undone",
    "already_in_force",
    "same_content_in_force",  # restoring would count the same file twice
)


class StoreError(Exception):
    """The store cannot do what was asked; `code` is one of STORE_ERRORS, `found` says where or which."""

    def __init__(self, code: str, found: object = ""):
        assert code in STORE_ERRORS, code
        super().__init__(f"{code}: {found}")
        self.code, self.found = code, str(found)


@contextmanager
def reading(place: object):
    """Whatever the libraries raise while they read becomes one clear error.

    deltalake reports damage as DeltaError, OSError, ValueError or, in its Rust core, a plain Exception.
    """
    try:
        yield
    except StoreError:
        raise
    except (DeltaError, ArrowException, OSError, ValueError, KeyError) as error:
        raise StoreError("store_damaged", place) from error


@contextmanager
def writing(place: object):
    """The same for writing; a lost race stays a CommitFailedError, for the caller to try again."""
    try:
        yield
    except (StoreError, CommitFailedError):
        raise
    except OSError as error:
        raise StoreError("store_not_writable", place) from error
    except (DeltaError, ArrowException) as error:
        raise StoreError("store_damaged", place) from error


class Place:
    """A folder or an s3:// address; nothing is created before the first accept."""

    def __init__(self, url: str | Path | None = None):
        url = str(url or os.environ.get("STORE_URL") or FOLDER)
        self.is_remote = "://" in url and not url.startswith("file://")
        self.url = url.rstrip("/") if self.is_remote else str(Path(url.removeprefix("file://")).expanduser().resolve())
        # deltalake takes the same names as the environment; pyarrow reads them by itself
        self.options = {n: v for n, v in os.environ.items() if n.startswith("AWS_")} if self.is_remote else None
        if not self.is_remote:
            self._check_folder(Path(self.url))

    def _check_folder(self, folder: Path) -> None:
        try:
            if folder.exists() and not folder.is_dir():
                raise StoreError("not_a_folder", folder)
            names = {p.name for p in folder.iterdir() if not p.name.startswith(".")} if folder.exists() else set()
        except OSError as error:
            raise StoreError("not_a_folder", folder) from error
        if names and not names & OWN_NAMES:
            raise StoreError("foreign_folder", folder)

    def address(self, name: str) -> str:
        return f"{self.url}/{name}"

    def table(self, name: str) -> DeltaTable | None:
        """The table, or None when nothing was ever written to it."""
        address = self.address(name)
        with reading(address):
            if not DeltaTable.is_deltatable(address, self.options):
                if not self.is_remote and self._has_data(Path(address)):
                    raise StoreError("store_damaged", address)
                return None
            return DeltaTable(address, storage_options=self.options)

    @staticmethod
    def _has_data(folder: Path) -> bool:
        """Parquet without a log that once was there: a writer killed in its very first commit leaves an empty log."""
        log = folder / "_delta_log"
        return folder.is_dir() and not log.is_dir() and any(folder.glob("*.parquet"))

    def keep_original(self, content: bytes) -> str:
        """Keep the bytes under their SHA-256, identical bytes once; return the SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        final, space = self._original(digest)
        with writing(final):
            if space.get_file_info(final).size == len(content):
                return digest
            space.create_dir(final.rsplit("/", 1)[0], recursive=True)
            # an object of S3 appears whole or not at all; in a folder the name appears only when the bytes are there
            first = final if self.is_remote else f"{final}.{uuid4().hex}"
            with space.open_output_stream(first) as stream:
                stream.write(content)
            if first != final:
                space.move(first, final)
        return digest

    def original(self, digest: str) -> bytes:
        name, space = self._original(digest)
        with reading(name), space.open_input_stream(name) as stream:
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoreError("store_damaged", name)
        return content

    def _original(self, digest: str) -> tuple[str, fs.FileSystem]:
        if not self.is_remote:
            return f"{self.url}/{ORIGINALS}/{digest}", fs.LocalFileSystem()
        space, folder = fs.FileSystem.from_uri(self.url)
        return f"{folder}/{ORIGINALS}/{digest}", space
