"""The paragraph on the page, and a button that copies it."""

from html import escape

import streamlit as st

from report.sentences.paragraph import told_twice
from report.view import View
from ui.frame.draw_figure import draw_heading
from ui.frame.tables import draw_live
from words.texts import language, t


def draw_story(view: View) -> None:
    """The paragraph, and a button that copies it."""
    draw_heading(t("overview.story.title"), t("overview.story.meaning"), "story")
    copied, html = told_twice(view, language())
    done, label = (escape(t(f"overview.story.{word}")) for word in ("copied", "copy"))
    attributes = f'type="button" class="plain" data-copy="{escape(copied)}" data-done="{done}"'
    button = f"<p><button {attributes}>{label}</button></p>"
    with st.container(border=True):
        draw_live(f'<p class="mt-story">{html}</p>{button}', f"story_{language()}")
