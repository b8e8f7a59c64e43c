"""Tổng quan: the totals, and from each number its rows."""

from ui.overview.page import draw_page

draw_page()
