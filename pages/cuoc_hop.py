"""Họp: share, present, the meeting pack, conclusions, letters."""

from ui import meeting

meeting.draw_page()
