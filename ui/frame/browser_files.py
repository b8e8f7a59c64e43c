"""JavaScript and CSS of ours stand in files beside the Python that gives them to the browser; here they are read.

A component takes a path only from an installed package with a manifest (Streamlit 1.67): so it is given the text.
"""

from functools import cache
from pathlib import Path


@cache
def browser_file(beside: str, name: str) -> str:
    """The text of a file in the folder of `beside`, a module's __file__."""
    return (Path(beside).parent / name).read_text("utf-8")
