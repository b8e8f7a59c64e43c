"""The application with its own addresses beside the pages (shared links, signing in, /healthz); start.py runs it.

`streamlit run app.py` shows the same pages without those addresses.
"""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from ui.doors.routes import routes
from ui.doors.same_origin import SameOrigin
from ui.frame.trouble_page import tell_uncaught

# Streamlit 1.67 takes the first run of a process for an old-style app because of the folder pages/, and would tell the
# first visitor of a page's own address in English that there is no such page; app.py can only load the page once more
PagesManager.uses_pages_directory = False

app = st.App("app.py", routes=routes(), middleware=[Middleware(SameOrigin)], on_script_error=tell_uncaught)
