"""Invented workbooks that show what the dashboard does; made by make_demo.py, read by the same loaders as real ones."""
