"""The public board as one .html that needs nothing else: no server, no network, no font of the computer."""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outgoing.board import board_sections
from outgoing.board.board_sections import Edition
from outgoing.board.board_tables import Section
from words import numbers
from words.texts import LANGUAGE_NAMES, LANGUAGES, t

FOLDER = Path(__file__).parent
FONTS = FOLDER.parent.parent / "static"
# the parts of Be Vietnam Pro (.streamlit/config.toml has all of them)
RANGES = {
    "vietnamese": "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
    "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF,U+2C60-2C7F",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,"
    "U+2212,U+2215",
}
WEIGHTS = (400, 700)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(edition: Edition, sums: Mapping[str, str]) -> bytes:
    """The page in both languages; sums: name of a file that lies beside it -> its SHA-256."""
    style, script = _style(), (FOLDER / "board_page.js").read_text("utf-8")
    made = (
        _environment()
        .get_template("board_page.html")
        .render(
            bodies=[_body(edition, language) for language in LANGUAGES],
            names=LANGUAGE_NAMES,
            sums=sums,
            edition=edition,
            style=style,
            script=script,
            # a text of a sheet that got in as a command would still not be run
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; font-src data:; "
            "base-uri 'none'; form-action 'none'",
        )
    )
    return made.encode()


def table_html(section: Section) -> str:
    """The table of a section alone, for a page that has its own look."""
    return str(_environment().get_template("board_table.html").module.table(section))


def _body(edition: Edition, language: str) -> dict:
    """All that the page says in one language."""
    board = edition.board
    return {
        "language": language,
        "title": t("public.title", language),
        "standing": board_sections.coverage(edition, language),
        "source": board_sections.source(language),
        "tiles": board_sections.tiles(board, language),
        "sections": board_sections.sections(board, language),
        "rules": board_sections.rules(board, language),
        "made_at": t("public.files.made_at", language, moment=numbers.moment(edition.made_at, language)),
        "head": t("public.files.head", language, head=edition.head),
        "words": {
            "contents": t("public.contents", language),
            "empty": t("public.empty", language),
            "find": t("public.find", language),
            "print": t("public.print", language),
            "note": t("public.tile.note", language),
            "rules": t("public.rule.title", language),
            "files": t("public.files.title", language),
            "beside": t("public.files.beside", language),
            "check": t("public.files.check", language),
            "receipts": t("public.files.receipts", language),
        },
    }


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _style() -> str:
    faces = [_face(part, weight) for part in RANGES for weight in WEIGHTS]
    return "\n".join([*faces, (FOLDER / "board_page.css").read_text("utf-8")])


def _face(part: str, weight: int) -> str:
    font = base64.b64encode((FONTS / f"be-vietnam-pro-{part}-{weight}-normal.woff2").read_bytes()).decode()
    return (
        f"@font-face{{font-family:'Be Vietnam Pro';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2');unicode-range:{RANGES[part]}}}"
    )
