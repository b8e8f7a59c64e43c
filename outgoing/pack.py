"""The meeting pack: everything that its slides say, collected out of a view at one moment, and its four files."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile, ZipInfo

from data import reference
from data.access import NotAllowed, need
from data.database.errors import StoreError
from outgoing import pack_sections
from outgoing.formula_workbook import workbook
from outgoing.papers import pdf, week_report, word
from outgoing.slides import slides
from outgoing.slides.content import Headline, Matter, Pack
from report import filters as ui_filters
from report import frames
from report.exports import file_name
from report.sentences import attention, coverage, headlines, paragraph
from report.view import View
from words import names
from words.texts import language, t

Tell = Callable[[float, str], None]
Files = tuple[View, dict[str, bytes]]
ATTEMPTS = 4  # each takes some seconds; an accept that was on its way at the moment of the click arrives in one
SHARES = {"pptx": 0.4, "xlsx": 0.4, "docx": 0.1, "pdf": 0.1}  # of the time, nearly
FORMATS = tuple(SHARES)


def pinned(view: View, moment: datetime) -> View:
    """The view as it stood at a moment; an earlier one that was chosen already stays."""
    return replace(view, filters=replace(view.filters, as_of=view.filters.as_of or moment))


def make(view: View, link_of: Callable[[View], str | None], tell: Tell, now: Callable[[], datetime]) -> Files:
    """The view at the moment of the click (or the one that is looked at), and its four files: name -> bytes.

    link_of: the link to the dashboard as it stood at that moment, for the QR; tell: hears the share done and the file
    in the making. An upload that was on its way at that moment, and arrives while the files are made, would be in some
    of them only: then all are made again, of a later moment.
    errors: NotAllowed; StoreError store_busy, when uploads come without a pause
    """
    need(view.source.person, "read.numbers")
    if not view.source.sees_district:  # it speaks of stock and cash left
        raise NotAllowed("read.numbers")
    for _ in range(ATTEMPTS):
        fixed = pinned(view, now())
        before = _records(fixed)
        files = _files(fixed, link_of(fixed), tell)
        if _records(fixed) == before:
            return fixed, files
    raise StoreError("store_busy", view.source.place)


def _records(view: View) -> int:
    return len(view.source.store.history(as_of=view.filters.as_of))


def _files(view: View, link: str | None, tell: Tell) -> dict[str, bytes]:
    names_of_files = {ending: name_of(ending, view.filters.as_of) for ending in FORMATS}

    def part(ending: str) -> Callable[[float], None]:
        done, whole = sum(SHARES[before] for before in FORMATS[: FORMATS.index(ending)]), SHARES[ending]
        return lambda share: tell(done + whole * min(share, 1.0), names_of_files[ending])

    part("pptx")(0)
    pack = collect(view, link)
    part("pptx")(0.6)
    files = {names_of_files["pptx"]: slides.as_pptx(pack)}
    part("xlsx")(0)
    files[names_of_files["xlsx"]] = workbook.workbook(view, part("xlsx"))
    part("docx")(0)
    report = week_report.report(view, pack.stamp)
    files[names_of_files["docx"]] = word.as_docx(report)
    part("pdf")(0)
    return files | {names_of_files["pdf"]: pdf.as_pdf(report)}


def name_of(ending: str, moment: datetime) -> str:
    """ "trinh-chieu-2021-09-05-16h05.pptx": the same moment in the name of every file."""
    return f"{file_name(t(f'pack.file.{ending}'))}-{moment:%Y-%m-%d-%Hh%M}.{ending}"


def scope(view: View) -> str:
    """The filters in one line; the moment stands in the stamp."""
    return ui_filters.summary(replace(view.filters, as_of=None))


def collect(view: View, link: str | None = None) -> Pack:
    """What the slides say, of a view whose moment is fixed."""
    campaign = reference.load().campaign
    return Pack(
        moment=view.filters.as_of,
        stamp=coverage.made_at(view),
        filters=scope(view),
        coverage=coverage.sentence(view, paragraph.KINDS),
        language=language(),
        office=campaign.office_en if language() == "en" else campaign.office_vi,
        campaign=coverage.campaign_name(),
        headlines=tuple(_headline(tile, view) for tile in headlines.tiles(view)),
        story=paragraph.told_twice(view, language())[0],
        attention=_attention(view),
        sections=pack_sections.sections(view),
        link=link,
    )


def _headline(tile: headlines.Tile, view: View) -> Headline:
    is_ratio = tile.code == headlines.REPORTS
    value = None if is_ratio else frames.headline(view, tile.code, None).value
    meaning = names.meaning(tile.code)
    return Headline(tile.code, names.number(tile.code), tile.big, tile.small, tile.change, meaning, value)


def _attention(view: View) -> tuple[Matter, ...]:
    found = sorted(attention.matters(view, language()), key=lambda matter: not matter.is_urgent)
    return tuple(Matter(matter.text, matter.is_urgent) for matter in found)


def zipped(files: dict[str, bytes], moment: datetime) -> bytes:
    """All files in one; they are compressed already."""
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, file in files.items():
            archive.writestr(ZipInfo(name, moment.timetuple()[:6]), file)
    return content.getvalue()
