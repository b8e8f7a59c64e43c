"""The public board in words, for the page and for the files: totals, sections, and why something is not told."""

from dataclasses import dataclass
from datetime import datetime

from data.reference import load
from metrics.public.board import Board
from metrics.public.suppression import LEAST
from outgoing.board import board_tables
from outgoing.board.board_tables import Section, measure_name
from words import names, numbers
from words.texts import t

SPLITS = {"communes": "commune", "categories": "donor_category", "weeks": "week"}  # table -> of what its codes are
TILES = (  # row of the table `flows`, column
    ("cash", "received"),
    ("cash", "bought"),
    ("cash", "distributed"),
    ("cash", "frontline"),
    ("cash", "left"),
    ("goods", "received"),
    ("goods", "distributed"),
    ("goods", "frontline"),
)


@dataclass(frozen=True)
class Edition:
    """The board at one moment, ready to go out.

    as_of:    what was accepted by then is in it; made_at: when it was made
    head:     number and hash of the last record of the log (data.database.chain.Head), to which the log can be held
    address:  of the page on which receipt codes are looked up; "" for none
    is_demo:  demonstration data are in it
    """

    board: Board
    as_of: datetime
    made_at: datetime
    head: str = ""
    address: str = ""
    is_demo: bool = False


def tiles(board: Board, language: str) -> list[tuple[str, str]]:
    """(name, value in short) of the totals: of cash always what came, went and is left; of goods what is known."""
    flows = board.tables["flows"].assign(row=["cash", "goods"]).set_index("row")
    found = [(row, column, flows.at[row, f"{column}_vnd"]) for row, column in TILES]
    return [
        (t(f"public.tile.{row}_{column}", language), numbers.money_short(value, language))
        for row, column, value in found
        if row == "cash" or not numbers.is_missing(value)
    ]


def sections(board: Board, language: str) -> list[Section]:
    """All sections that have anything to show, in the order of the page."""
    found = [board_tables.goods_section(board, language)]
    found += [board_tables.split_section(board, name, column, language) for name, column in SPLITS.items()]
    found += [board_tables.named_section(board, name, language) for name in ("organisations", "persons")]
    found += [board_tables.unnamed_section(board, language), board_tables.sites_section(board, language)]
    return [section for section in found if section.rows]


def rules(board: Board, language: str) -> list[str]:
    """Why something is merged, or not told: nothing is left out in silence."""
    told = [t("public.rule.least", language, least=LEAST)]
    for measure in board.withheld:
        told.append(t("public.rule.withheld", language, measure=measure_name(measure, language), least=LEAST))
    if board.goods_withheld:
        goods = ", ".join(names.good_in_unit(good, unit, language) for good, unit in board.goods_withheld)
        told.append(t("public.rule.goods_withheld", language, goods=goods, least=LEAST))
    if board.doubtful:
        told.append(t("public.rule.doubtful", language, count=board.doubtful))
    return told


def coverage(edition: Edition, language: str) -> str:
    ratio = edition.board.coverage
    communes = numbers.ratio(ratio.numerator, ratio.denominator)
    told = t("public.as_of", language, moment=numbers.moment(edition.as_of, language), communes=communes)
    return f"{t('frame.demo.banner', language)} {told}" if edition.is_demo else told


def source(language: str) -> str:
    campaign = load().campaign
    office = campaign.office_en if language == "en" else campaign.office_vi
    return t("public.source", language, office=office, plan=campaign.plan)
