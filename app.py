"""The frame of every page: config, who looks, language, the one set of filters, navigation; then the page itself."""

import streamlit as st

from ui.frame import blocks, draw_rows, session, timer, trouble_page
from ui.frame import page_frame as frame
from ui.frame.page_list import PAGES
from ui.meeting import presenting
from ui.overview import page as overview
from ui.patches import in_browser, page_routes
from ui.public import public_board
from words.texts import t

trouble_page.stop_without_tables()
session.start()
st.set_page_config(page_title=t("frame.title"), page_icon="🤝", layout="wide")
blocks.draw_style(session.theme())
is_well = session.trouble() is None
if is_well:
    frame.stop_when_shut_out()

pages = {
    name: st.Page(page.script, title=t(f"frame.nav.{name}"), url_path=page.address) for name, page in PAGES.items()
}
# Streamlit serves a default page only under "/", never under its own url_path: so the first page has both addresses
home_name = "overview" if is_well and session.may(PAGES["overview"].need) else "public"
draw_home = overview.draw_page if home_name == "overview" else public_board.draw_board
home = st.Page(draw_home, title=t(f"frame.nav.{home_name}"), url_path="home", default=True)
is_old_style = page_routes.is_taken_for_old_style()  # st.navigation switches it off: loading once more is enough
page = st.navigation([home, *pages.values()], position="hidden")
if is_old_style and page is not home:
    blocks.reload_page()
name = next((known for known, other in pages.items() if other is page), home_name)

st.session_state.page_name = name


def draw_page() -> None:
    session.write_query(presenting.own_query() if name == "present" else {})
    timer.keep_running()
    if not frame.draw_above(name, home if page is home else None):
        return
    page.run()
    draw_rows.draw_opened(session.view())
    in_browser.draw_mended()


if is_well:
    session.run_calmly(draw_page)
else:
    trouble_page.draw_page(session.trouble(), is_shown_to_all=name == "present")
