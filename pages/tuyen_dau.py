"""Tuyến đầu: the sites, who visited them and when."""

from ui.frontline.page import draw_page

draw_page()
