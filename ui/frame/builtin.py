"""What is mended in the browser: Streamlit's own words that are read out or hovered over; a finger on a chart."""

import streamlit as st

from words.texts import entries, language, t

# Streamlit 1.67 says these words in English only; one that is missing here is found by tests/e2e/test_screens.py.
# It also sets the charts that take clicks to "pan", and Plotly then keeps every touch to itself: the page cannot be
# scrolled with a finger on a chart. Without the touch Plotly still hears the click that a tap becomes.
_mend = st.components.v2.component(
    "builtin",
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
      const leaveToThePage = (event) => event.target.closest?.(".js-plotly-plot") && event.stopPropagation();
      window.addEventListener("touchstart", leaveToThePage, { capture: true, passive: true });
      return () => {
        observer.disconnect();
        window.removeEventListener("touchstart", leaveToThePage, { capture: true });
      };
    }
    """,
)


def words() -> dict[str, str]:
    """English word of Streamlit -> the word of this language; texts/builtin.toml has each pair."""
    keys = [key for key in entries() if key.startswith("builtin.")]
    return {t(key, "en"): t(f"builtin.{key.removeprefix('builtin.')}") for key in keys}


def draw_mended() -> None:
    """Once a page; in English there are no words to change."""
    with st.container(key="builtin"):
        _mend(key="mended", data={"words": {} if language() == "en" else words()})
