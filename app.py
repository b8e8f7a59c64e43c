"""The frame of every page: config, language, the one set of filters, navigation; then the page itself."""

import streamlit as st

from ui import blocks, demo, session, texts
from ui.texts import t

st.set_page_config(page_title="Tổng quan", page_icon=":material/volunteer_activism:", layout="wide")
session.start()
blocks.draw_style()

pages = {
    "overview": st.Page(blocks.PAGES["overview"], title=t("frame.nav.overview"), url_path="tong-quan", default=True),
    "upload": st.Page(blocks.PAGES["upload"], title=t("frame.nav.upload"), url_path="nhap-so-lieu"),
    "history": st.Page(blocks.PAGES["history"], title=t("frame.nav.history"), url_path="lich-su"),
}
page = st.navigation(list(pages.values()), position="hidden")

session.write_query()
blocks.draw_navigation(texts.LANGUAGE_NAMES, session.set_language)


def draw_page() -> None:
    demo.draw_banner()
    session.draw_said()
    if page is pages["overview"] and not session.is_empty():
        session.draw_filters()
    page.run()


session.run_calmly(draw_page)
