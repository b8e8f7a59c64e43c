"""What is mended in the browser: the patches in CSS, and those in JavaScript that are on every page.

Seen with: Streamlit 1.67
Why: each .css and .js of this folder has its own in its head; a component takes one text, so here they are joined.
Can go when: none of them is left.
"""

import streamlit as st

from ui.frame.browser_files import browser_file
from words.texts import entries, language, t

STYLES = ("page_links", "running_line", "close_buttons", "presentation", "english_words")
SCRIPTS = ("english_words", "chart_touch", "in_browser")

_mend = st.components.v2.component("builtin", js="\n".join(browser_file(__file__, f"{name}.js") for name in SCRIPTS))


def style() -> str:
    """The patches in CSS, and the words for english_words.css; they stand before our own rules, which go over them."""
    texts = {
        "upload": t("upload.widget.button"),
        "limit": t("upload.widget.limit"),
        "drop": t("upload.widget.drop"),
        "add": t("upload.widget.add"),
        "refused": t("upload.widget.refused"),
        "not-made": t("frame.download.not_made"),
    }
    variables = "".join(f"--text-{name}: '{text}';" for name, text in texts.items())
    return "\n".join([f":root{{{variables}}}", *(browser_file(__file__, f"{name}.css") for name in STYLES)])


def words() -> dict[str, str]:
    """English word of Streamlit -> the word of this language; texts/builtin.toml has each pair."""
    keys = [key for key in entries() if key.startswith("builtin.")]
    return {t(key, "en"): t(f"builtin.{key.removeprefix('builtin.')}") for key in keys}


def draw_mended() -> None:
    """Once a page; in English there are no words to change."""
    with st.container(key="builtin"):
        _mend(key="mended", data={"words": {} if language() == "en" else words()})
