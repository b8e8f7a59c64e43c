"""Tiến độ theo xã: every commune against its targets, and one commune in full."""

from ui.progress.page import draw_page

draw_page()
