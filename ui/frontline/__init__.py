"""Tuyến đầu: sites, visits and what each was given."""
