"""Lịch sử: what was accepted and taken back, and two moments compared."""
