"""Zip archives under limits: sizes are checked before anything is unzipped, and again while unzipping."""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from loaders.formats.limits import MEGABYTE, Budget
from loaders.problems import SourceUnreadable, Where

NAMES_ARE_UTF8 = 0x800
IS_ENCRYPTED = 0x1
STORED_UP_TO_BYTES = 150 * MEGABYTE  # a new archive of that size is not compressed again
NEVER_READ = ("xl/media/", "xl/embeddings/", "xl/vbaproject", "xl/printersettings/", "pictures/", "thumbnails/")
LOCAL_HEADER_BYTES = 30
END_OF_DIRECTORY = b"PK\x05\x06"


def open_archive(content: bytes, where: Where, budget: Budget) -> zipfile.ZipFile:
    """The archive, once what it declares fits the limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceUnreadable("truncated", where) from error
    limits, parts = budget.limits, archive.infolist()
    if any(part.flag_bits & IS_ENCRYPTED for part in parts):
        raise SourceUnreadable("password_protected", where)
    if len(parts) > limits.max_parts_in_workbook:
        raise SourceUnreadable("zip_bomb", where, f"{len(parts)} files")
    declared = sum(part.file_size for part in parts)
    is_dense = declared > limits.ratio_counts_from_bytes and declared > limits.max_ratio * max(len(content), 1)
    if declared > budget.bytes_left or is_dense:
        raise SourceUnreadable("zip_bomb", where, f"{len(content)} -> {declared} bytes")
    return archive


def read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, where: Where, budget: Budget) -> bytes:
    """One unzipped file of an archive; never more bytes than it declares.

    zipfile would stop at the declared size and call a lie a damaged file; here the two are told apart.
    """
    budget.spend_bytes(part.file_size, where)
    raw = _stored_bytes(archive, part, where)
    if part.compress_type == zipfile.ZIP_STORED:
        data = raw
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        data = _inflate(raw, part, where)
    else:
        raise SourceUnreadable("truncated", where, f"zip method {part.compress_type}")
    if len(data) != part.file_size or zlib.crc32(data) != part.CRC:
        raise SourceUnreadable("truncated", where, part.filename)
    return data


def _stored_bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, where: Where) -> bytes:
    archive.fp.seek(max(part.header_offset, 0))
    header = archive.fp.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise SourceUnreadable("truncated", where, part.filename)
    archive.fp.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
    return archive.fp.read(part.compress_size)


def _inflate(raw: bytes, part: zipfile.ZipInfo, where: Where) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(raw, part.file_size + 1)
    except zlib.error as error:
        raise SourceUnreadable("truncated", where, part.filename) from error
    if len(data) > part.file_size:
        raise SourceUnreadable("zip_bomb", where, part.filename)
    return data


def repack(archive: zipfile.ZipFile, where: Where, budget: Budget, read: Callable[[str, bytes], bytes]) -> io.BytesIO:
    """The archive that calamine may open, once each part it needs has passed through `read(name, data) -> data`.

    Where `read` changes nothing, these are the bytes as they came; else a new archive, without macros and pictures.
    An archive that two programs could understand differently is written anew as well: what calamine reads must be
    what was scanned.
    """
    entries = [part for part in archive.infolist() if not part.is_dir()]
    by_name = {part.filename.replace("\\", "/"): part for part in entries}
    folded = {name.casefold() for name in by_name}
    if len(folded) != len(
        by_name
    ):  # "sheet1.xml" and "SHEET1.XML": which of them is meant, each program decides itself
        raise SourceUnreadable("truncated", where, "two parts of one name")
    is_changed = not _has_one_meaning(archive) or set(by_name) != {part.filename for part in entries}
    parts = {}
    for name, part in by_name.items():
        if not name.lower().startswith(NEVER_READ):
            data = read_part(archive, part, where, budget)
            parts[name] = read(name, data)
            is_changed |= parts[name] is not data
    if not is_changed:
        archive.fp.seek(0)
        return archive.fp
    method = zipfile.ZIP_STORED if sum(map(len, parts.values())) <= STORED_UP_TO_BYTES else zipfile.ZIP_DEFLATED
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method, compresslevel=1) as copy:
        for name in list(parts):
            copy.writestr(name, parts.pop(name))
    packed.seek(0)
    return packed


def _has_one_meaning(archive: zipfile.ZipFile) -> bool:
    """One directory, exactly where the end of the archive says it is, and no two entries of one name."""
    content = archive.fp.getvalue()
    names = [part.filename for part in archive.infolist()]
    end = content.rfind(END_OF_DIRECTORY)
    size, offset = struct.unpack_from("<2I", content, end + 12)
    return content.count(END_OF_DIRECTORY) == 1 and offset + size == end and len(set(names)) == len(names)


def files_in(archive: zipfile.ZipFile, where: Where, budget: Budget) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The files of a bundle with readable names, without what macOS and Windows leave in folders."""
    parts = [part for part in archive.infolist() if not part.is_dir()]
    if len(parts) > budget.limits.max_files_in_zip:
        raise SourceUnreadable("zip_bomb", where, f"{len(parts)} files")
    for part in parts:
        name = _readable_name(part)
        path = PurePosixPath(name)
        if "__MACOSX" not in path.parts and not path.name.startswith(".") and path.name.lower() != "thumbs.db":
            yield name, part


def _readable_name(part: zipfile.ZipInfo) -> str:
    """Windows Explorer writes names in the local code page without saying so; zipfile reads those as cp437."""
    name = part.filename
    if not part.flag_bits & NAMES_ARE_UTF8:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "cp1258"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))
