"""Tiến độ, and one commune in full."""
