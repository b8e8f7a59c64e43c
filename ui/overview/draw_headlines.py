"""The headline numbers on the page: each with its change, its course, what it means and the way to its rows."""

from html import escape

from report.kept import cached
from report.sentences.headlines import Tile, tiles
from report.view import View
from ui.frame.tables import draw_live, trend_svg
from words import names
from words.texts import language, t


def draw_tiles(view: View) -> None:
    """All of them in one piece: a message to the browser for each of their words would keep 100 viewers waiting."""
    draw_live(f'<div class="mt-tiles">{tiles_html(view, language())}</div>', "tiles")


@cached()
def tiles_html(view: View, language: str) -> str:
    """The tiles in the language of this run."""
    return "".join(_html(tile) for tile in tiles(view))


def _html(tile: Tile) -> str:
    """The number and its change are buttons that open their rows."""
    name, meaning = names.number(tile.code), names.meaning(tile.code)
    rows = f'<button type="button" data-click="rows:{escape(tile.code)}"'
    lines = [f'<div class="name">{escape(name)}</div>']
    lines.append(f'<div class="line">{rows} class="big">{escape(tile.big)}</button>{trend_svg(tile.weeks)}</div>')
    lines += [f'<div class="small">{escape(text)}</div>' for text in tile.small]
    if tile.change:
        click = f'data-click="rows:change:{escape(tile.code)}"'
        lines.append(f'<div class="small"><button type="button" {click}>{escape(tile.change)}</button></div>')
    told = "".join(f"<p>{escape(text)}</p>" for text in (meaning, t("overview.change.meaning")))
    lines.append(
        f'<div class="ways"><details><summary>{escape(t("figure.meaning"))}</summary><div>{told}</div></details>'
        f"{rows}>{escape(t('figure.rows'))}</button></div>"
    )
    return f'<div class="mt-tile" data-measure="{escape(tile.code)}">{"".join(lines)}</div>'
