"""The application with its own addresses beside the pages (shared links, signing in, /healthz); start.py runs it.

`streamlit run app.py` shows the same pages without those addresses.
"""

import streamlit as st
from starlette.middleware import Middleware

from ui.doors.routes import routes
from ui.doors.same_origin import SameOrigin
from ui.frame.trouble_page import tell_uncaught
from ui.patches import page_routes

page_routes.know_addresses()

app = st.App("app.py", routes=routes(), middleware=[Middleware(SameOrigin)], on_script_error=tell_uncaught)
