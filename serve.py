"""The application with its own addresses beside the pages (shared links, signing in, /healthz); start.py runs it.

`streamlit run app.py` shows the same pages without those addresses.
"""

import streamlit as st

from ui.routes import routes

app = st.App("app.py", routes=routes())
