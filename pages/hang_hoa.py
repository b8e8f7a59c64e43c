"""Hàng hóa và tiền: what came in, what went out, what is left."""

from ui.goods.page import draw_page

draw_page()
