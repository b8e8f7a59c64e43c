"""Báo cáo tuần: who reported what and when."""

from ui.reports.page import draw_page

draw_page()
