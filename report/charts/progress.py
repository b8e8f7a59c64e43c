"""Bars against targets: one bar a commune, its target as a frame around it."""

import pandas as pd
import plotly.graph_objects as go

from report.addresses import Address
from report.charts.look import FAINT, FRAME_PX, HOVER, INK, amount_text, commune_color, finished, mark, room
from words import names, numbers
from words.texts import t

ROW_PX = 70  # three lines of text: name, number, share of the target
SHORT_ROW_PX = 46  # two lines: name, number and share
THICK, THIN = 0.66, 0.4  # the target's frame, and the bar inside it


def against_targets(
    progress: pd.DataFrame, code: str, unit: str, *, language: str, theme: str, is_short: bool = False
) -> go.Figure:
    """One bar a commune in the order of the frame; without a report a dash, without a target no frame.

    progress: of metrics.progress.progress_by_commune; code: the indicator; is_short: lower rows, for a wide screen
    """
    rows = progress[::-1].to_dict("records")  # Plotly draws from the bottom
    places = [_place(row, unit, language, is_short) for row in rows]
    targets, reported = (_bars(rows, column, places) for column in ("target", "reported"))
    outline = {"color": FAINT[theme], "line": {"color": INK[theme], "width": 1.2}}
    targets.update(width=THICK, marker=outline, customdata=[_target_mark(row, code, unit, language) for row in rows])
    colors = [commune_color(row["commune"]) for row in rows]
    reported.update(width=THIN, marker={"color": colors}, customdata=[_mark(row, code, unit, language) for row in rows])
    figure = go.Figure([targets, reported])
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, max(room(progress[name])[1] for name in ("reported", "target")) / 1.1])
    return finished(figure, len(rows) * (SHORT_ROW_PX if is_short else ROW_PX) + FRAME_PX, language, theme)


def _bars(rows: list[dict], column: str, places: list[str]) -> go.Bar:
    values = [None if numbers.is_missing(row[column]) else float(row[column]) for row in rows]
    return go.Bar(x=values, y=places, orientation="h", hovertemplate=HOVER)


def _place(row: dict, unit: str, language: str, is_short: bool) -> str:
    lines = [names.commune(row["commune"], language), f"<b>{amount_text(row['reported'], unit, language)}</b>"]
    if not numbers.is_missing(row["progress_pct"]) and is_short:
        lines[-1] += f" · {numbers.percent(row['progress_pct'], language)}"
    elif not numbers.is_missing(row["progress_pct"]):
        share = t("progress.reached", language, share=numbers.percent(row["progress_pct"], language))
        lines.append(f"<span style='font-size:13px'>{share}</span>")
    return "<br>".join(lines)


def told(row: dict, unit: str, language: str) -> str:
    """ "53,7 triệu đồng · đạt 63,9%"; the share only where there is a target."""
    amount = amount_text(row["reported"], unit, language)
    if numbers.is_missing(row["progress_pct"]):
        return amount
    share = numbers.percent(row["progress_pct"], language)
    return f"{amount} · {t('progress.reached', language, share=share)}"


def _mark(row: dict, code: str, unit: str, language: str) -> list:
    name, address = names.commune(row["commune"], language), Address.of(f"indicator:{code}", commune=row["commune"])
    return mark(name, told(row, unit, language), row["commune"], address)


def _target_mark(row: dict, code: str, unit: str, language: str) -> list:
    label = t("progress.target_of", language, commune=names.commune(row["commune"], language))
    is_set = not numbers.is_missing(row["target"])
    address = Address.of(f"target:{code}", commune=row["commune"]) if is_set else None
    return mark(label, amount_text(row["target"], unit, language), row["commune"], address)
