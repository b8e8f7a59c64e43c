"""Tidy frames -> numbers and small frames; pure: no clock, no Streamlit."""
