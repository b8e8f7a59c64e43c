"""The indicators of one commune over the weeks, as a grid whose numbers open their rows."""

from html import escape

import pandas as pd
import streamlit as st

from report import frames
from report.addresses import Address
from report.figure import Figure
from report.figures.commune import LATEST_WEEKS, indicators_figure
from report.view import View
from ui.frame.blocks import draw_downloads
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_live
from words import names, numbers
from words.texts import language, t


def draw_indicators(view: View) -> None:
    figure = indicators_figure(view)
    draw_heading(figure.title, figure.meaning, figure.key)
    if figure.frame.empty:
        st.caption(t("progress.indicators.none"))
        return
    weeks = frames.weeks(view)
    draw_live(grid_html(figure, weeks[-LATEST_WEEKS:]), f"profile_indicators_{language()}")
    if len(weeks) > LATEST_WEEKS:
        st.caption(t("progress.indicators.latest", number=LATEST_WEEKS))
    draw_downloads(lambda: figure.frame, title=figure.title, key=figure.key)


def grid_html(figure: Figure, weeks: list[pd.Timestamp]) -> str:
    """Indicators down, weeks across, the sum of the period last; each number opens its rows, a gap is a dash."""
    spoken, frame = language(), figure.frame
    heads = [names.field("indicator"), *(numbers.week_short(week, spoken) for week in weeks), names.field("sum")]
    head = "".join(f'<th scope="col" class="{"number" if n else "text"}">{escape(h)}</th>' for n, h in enumerate(heads))
    body = []
    for code in dict.fromkeys(frame["indicator"]):
        own = frame[frame["indicator"] == code]
        commune = own["commune"].iat[0]
        value_of = dict(zip(own["week_start_date"], own["value"], strict=True))
        cells = [
            _cell(value_of.get(week), Address.of(f"indicator:{code}", commune=commune, week=week)) for week in weeks
        ]
        cells.append(_cell(own["value"].sum(), Address.of(f"indicator:{code}", commune=commune)))
        body.append(f'<tr><th scope="row" class="text">{escape(names.indicator(code))}</th>{"".join(cells)}</tr>')
    caption = escape(figure.title)
    return (
        f'<div class="mt-table mt-grid" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(value: object, address: Address) -> str:
    text = escape(numbers.number(value, language()))
    if numbers.is_missing(value):
        return f'<td class="number">{text}</td>'
    click = escape(f"rows:{address.text()}")
    return f'<td class="number"><button type="button" data-click="{click}">{text}</button></td>'
