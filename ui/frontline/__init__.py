"""Tuyến đầu."""
