"""Pages with next to nothing on them, served with the application's settings and fonts: what Streamlit alone costs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.viewer import ROOT, running_application

TITLE = 'import streamlit as st\n\nst.title("x")\n'
TITLE_AND_CHART = TITLE + "st.plotly_chart({'data': [{'type': 'bar', 'x': [1, 2], 'y': [1, 2]}]}, theme=None)\n"


@contextmanager
def running_page(script: str) -> Iterator[int]:
    """A page of this script on a free port; yields the port."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "static", Path(folder) / "static")
        path = Path(folder) / "page.py"
        path.write_text(script, "utf-8")
        with running_application(folder, path) as port:
            yield port
