"""Đăng nhập: who may do more than see the public board says who he or she is."""

from ui.doors import sign_in_page

sign_in_page.draw_page()
