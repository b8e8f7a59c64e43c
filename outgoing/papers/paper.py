"""A paper of the office as plain data: letterhead, text, tables, numbers, foot; written as .docx and as .pdf."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from report.filters import Filters

NATION = "Cộng hòa xã hội chủ nghĩa Việt Nam"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Figure:
    """A number in a paper, as it is written, and what it is.

    value:    None when it is not reported: then the text says so
    address:  of report.addresses.Address.text, "" where no rows stand behind it (how many sites there are)
    filters:  what is looked at while the address is opened
    """

    text: str
    value: float | None
    address: str
    filters: Filters

    def __str__(self) -> str:
        return self.text


Run = str | Figure


@dataclass(frozen=True)
class Heading:
    """level 1: "I. CÔNG TÁC …", level 2: "1. Kết quả …"."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text, its first line indented."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(map(str, self.runs))


@dataclass(frozen=True)
class Column:
    """title: over the column; group: over it and its neighbours of the same group."""

    title: str
    group: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """caption: "Bảng 1. …"; has_total: the last row is the sum of those above; note: below it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Run, ...], ...]
    has_total: bool = False
    note: str = ""


@dataclass(frozen=True)
class Room:
    """Dotted lines to write on."""

    lines: int = 3


Block = Heading | Paragraph | Table | Room


@dataclass(frozen=True)
class Paper:
    """One paper of an office.

    superior, issuer:  the left of the letterhead; number: "Số:      /BC-MTTQ-BTT", "" for a letter
    place_date:        "Cư Jút, ngày 05 tháng 9 năm 2021"
    kind, subject:     "BÁO CÁO" and what it is about
    to:                "Kính gửi: …" over the text, or ""
    recipients:        under "Nơi nhận:"; none for a letter
    signer:            lines over the room for the signature
    stamp:             at the foot of every page: as of which moment; day: of the paper; author: the office
    """

    superior: tuple[str, ...]
    issuer: str
    number: str
    place_date: str
    kind: str
    subject: str
    blocks: tuple[Block, ...]
    signer: tuple[str, ...]
    stamp: str
    day: date
    author: str
    to: str = ""
    recipients_title: str = ""
    recipients: tuple[str, ...] = ()
    language: str = "vi"

    @property
    def title(self) -> str:
        return ": ".join(filter(None, (self.kind, self.subject.replace("\n", ", "))))

    def recipient_lines(self) -> list[str]:
        """ "- Thường trực Huyện ủy;", and "- Lưu: VT." at the end."""
        last = len(self.recipients) - 1
        return [f"- {line}{'.' if number == last else ';'}" for number, line in enumerate(self.recipients)]

    def figures(self) -> Iterator[Figure]:
        """Every number of the text and the tables, in the order in which they are read."""
        for block in self.blocks:
            runs = block.runs if isinstance(block, Paragraph) else ()
            if isinstance(block, Table):
                runs = tuple(cell for row in block.rows for cell in row)
            yield from (run for run in runs if isinstance(run, Figure))
