"""Small frame in, Plotly figure out; the only place that knows Plotly. One look, colours from the reference tables."""
