"""Báo cáo: what came in, when, and what it says."""
