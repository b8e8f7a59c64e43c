"""Streamlit's own words that only a screen reader or a hovering mouse meets: put into the language of the page."""

import streamlit as st

from ui.texts import entries, language, t

# Streamlit 1.67 says them in English only; a word that is missing here is found by tests/e2e/test_screens.py
_translate = st.components.v2.component(
    "builtin_words",
    js="""
    const NAMES = ["aria-label", "title", "placeholder"];
    export default function ({ data }) {
      const change = (element) => {
        for (const name of NAMES) {
          const said = data.words[element.getAttribute(name)];
          if (said) element.setAttribute(name, said);
        }
      };
      const all = (root) => {
        change(root);
        root.querySelectorAll("[aria-label], [title], [placeholder]").forEach(change);
      };
      all(document.body);
      const observer = new MutationObserver((changes) => {
        for (const { type, target, addedNodes } of changes) {
          if (type === "attributes") change(target);
          else addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && all(node));
        }
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: NAMES });
      return () => observer.disconnect();
    }
    """,
)


def words() -> dict[str, str]:
    """English word of Streamlit -> the word of this language; texts/builtin.toml has each pair."""
    keys = [key for key in entries() if key.startswith("builtin.")]
    return {t(key, "en"): t(f"builtin.{key.removeprefix('builtin.')}") for key in keys}


def draw_words() -> None:
    """Once a page; in English there is nothing to do."""
    if language() != "en":
        with st.container(key="builtin_words"):
            _translate(key="words", data={"words": words()})
