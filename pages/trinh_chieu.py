"""Trình chiếu: the chosen screens one after the other, large, without menus."""

from ui.meeting.presenting import draw_show

draw_show()
