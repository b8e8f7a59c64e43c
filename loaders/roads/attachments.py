"""What may come in with a message: sheets go on, everything else is only listed, with the reason.

Name and content are both looked at, for a program may be called "bao cao.xlsx" as well as "bao cao.xlsx.exe".
"""

import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from loaders.formats.limits import LIMITS

SHEETS = frozenset(".xlsx .xlsm .xltx .xltm .xls .xlt .xlsb .ods .fods .csv .tsv .txt .zip .pdf .docx".split())
DOCUMENTS = frozenset(".doc .rtf .odt .ppt .pptx .msg .jpg .jpeg .png .gif .heic .bmp .tif .tiff".split())
DANGEROUS = frozenset(
    ".exe .com .scr .pif .cpl .dll .bat .cmd .msi .msp .msix .appx .js .jse .mjs .vbs .vbe .wsf .wsh .wsc .sct .ps1 "
    ".ps1xml .psm1 .psc1 .hta .lnk .url .reg .inf .jar .apk .app .deb .rpm .sh .py .iso .img .vhd .vhdx .dmg .cab "
    ".gadget .htm .html .shtml .xhtml .mht .mhtml .svg .chm .hlp .xll .xla .xlam .wll .iqy .slk "
    ".settingcontent-ms .one".split()
)
ENCRYPTED = frozenset(".p7m .pgp .gpg .asc .rpmsg".split())
SIGNATURES = frozenset(
    "application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys".split()
)
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"#!")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
OF_TYPE = {  # for an attachment without a name
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/csv": ".csv",
}
LONGEST_NAME = 150
# lone surrogates, control characters, and those that turn the direction of writing ("xslx.exe" read backwards)
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Attachment:
    """A file of a message.

    refused:  "" when it goes on to be read; else the code of why it is only listed, and there is no content:
              mail_too_large, mail_encrypted, mail_dangerous, mail_not_a_sheet, mail_winmail (packed by Outlook in a
              way of its own), or mail_unreadable (the message as a whole is damaged)
    """

    name: str
    content: bytes = b""
    refused: str = ""


def clean_name(name: str) -> str:
    """A name without path and control characters, at most LONGEST_NAME characters, its ending kept."""
    name = NOT_IN_NAMES.sub("", re.sub(r"[\r\n\t]+", " ", name))
    name = " ".join(re.split(r"[/\\]", name)[-1].split()).rstrip(" .").strip('"')
    if set(name) <= {"."}:
        return ""
    suffix = ending(name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(suffix)].rstrip() + suffix


def ending(name: str) -> str:
    """ "bao cao.XLSX" -> ".xlsx"; "" for a name whose last point is no ending."""
    suffix = PurePosixPath(name).suffix.lower().strip()
    return suffix if len(suffix) <= 20 else ""


def reason_to_refuse(name: str, content_type: str, content: bytes) -> str:
    """Why a file is only listed (Attachment.refused); "" when it may go on."""
    suffix = ending(name)
    if content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat":
        return "mail_winmail"
    if content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime") or suffix in ENCRYPTED:
        return "mail_encrypted"
    if suffix in DANGEROUS or content.startswith(PROGRAM_STARTS) or _holds_program(content):
        return "mail_dangerous"
    if len(content) > LIMITS.max_bytes:
        return "mail_too_large"
    return "" if suffix in SHEETS or (suffix not in DOCUMENTS and is_workbook(content)) else "mail_not_a_sheet"


def _names_in(content: bytes) -> list[str]:
    """The names of what a zip holds; none when it is no zip."""
    if not content.startswith(b"PK"):
        return []
    try:
        return zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []  # the reader says that it is damaged


def _holds_program(content: bytes) -> bool:
    return any(ending(clean_name(name)) in DANGEROUS for name in _names_in(content))


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are a workbook, whatever their name says."""
    if content.startswith(OLE):
        return WORKBOOK_STREAM in content
    names = {name.replace("\\", "/").lower() for name in _names_in(content)}
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return True
    return "content.xml" in names and b"opendocument.spreadsheet" in content[:200]


def numbered(attachments: list[Attachment]) -> tuple[Attachment, ...]:
    """The same, the second of one name called "name (2)", so that each can be told by its name."""
    taken: set[str] = set()
    named = []
    for attachment in attachments:
        suffix = ending(attachment.name)
        stem, name, number = attachment.name[: len(attachment.name) - len(suffix)], attachment.name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number}){attachment.name[len(stem) :]}"
        taken.add(name.casefold())
        named.append(replace(attachment, name=name))
    return tuple(named)
