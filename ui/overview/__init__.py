"""Tổng quan: headlines, what needs attention, the campaign's course."""
