"""Bars of the public board: what stands in its sections, and nothing that could be opened further."""

from collections.abc import Sequence

import plotly.graph_objects as go

from report.charts.bars import bar_trace
from report.charts.look import BAR_PX, FRAME_PX, NO_CODE, PLAIN, finished


def board_bars(bars: Sequence, *, language: str, theme: str) -> go.Figure:
    """One bar each, the first on top; what is merged or not stated in grey.

    bars: what a section of the board says of each: label, share (of 1), text, is_faint
    """
    colors = [NO_CODE if bar.is_faint else PLAIN[theme] for bar in bars]
    marks = [[bar.label, bar.text, "", ""] for bar in bars]
    figure = go.Figure(bar_trace([bar.share for bar in bars][::-1], colors[::-1], marks[::-1]))
    figure.update_xaxes(range=[0, 1.05])
    return finished(figure, len(bars) * BAR_PX + FRAME_PX, language, theme)
