"""Cuộc họp: presenting, conclusions, what is handed out."""
