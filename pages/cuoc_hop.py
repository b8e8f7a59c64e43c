"""Họp: share, present, the meeting pack, conclusions, letters."""

from ui.meeting import page as meeting

meeting.draw_page()
