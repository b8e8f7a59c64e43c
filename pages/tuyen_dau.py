"""Tuyến đầu: the sites, who visited them and when."""

from ui.frontline import draw_page

draw_page()
