"""The frame of every page: config, language, the one set of filters, navigation; then the page itself."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from ui import behind, blocks, builtin, demo, history, overview, session, texts, timer
from ui.texts import t

session.start()
st.set_page_config(page_title=t("frame.title"), page_icon="🤝", layout="wide")
blocks.draw_style(session.theme())

ADDRESSES = {
    "overview": "tong-quan",
    "progress": "tien-do",
    "goods": "hang-hoa",
    "frontline": "tuyen-dau",
    "reports": "bao-cao",
    "upload": "nhap-so-lieu",
    "inbox": "hop-cho",
    "sources": "nguon-du-lieu",
    "history": "lich-su",
}
UNFILTERED = ("upload", "inbox", "sources")  # what a person is about to accept is looked at as a whole

pages = {
    name: st.Page(blocks.PAGES[name], title=t(f"frame.nav.{name}"), url_path=address)
    for name, address in ADDRESSES.items()
}
# Streamlit serves a default page only under "/", never under its own url_path: so the overview has both addresses
home = st.Page(overview.draw_page, title=t("frame.nav.overview"), url_path="home", default=True)
# Streamlit 1.67 takes the first run of a process for an old-style app because of the folder pages/, and calls our
# addresses "not found"; st.navigation switches that off, so loading the page once more is enough
is_old_style = PagesManager.uses_pages_directory
page = st.navigation([home, *pages.values()], position="hidden")
if is_old_style and page is not home:
    blocks.reload_page()

session.write_query()
timer.keep_running()
blocks.draw_navigation(texts.LANGUAGE_NAMES, session.set_language, home if page is home else None)


def draw_page() -> None:
    demo.draw_banner()
    session.draw_said()
    history.draw_as_of_notice(session.view())
    if page not in [pages[name] for name in UNFILTERED] and not session.is_empty():
        session.draw_filters()
    page.run()
    behind.draw_opened(session.view())
    builtin.draw_mended()


session.run_calmly(draw_page)
