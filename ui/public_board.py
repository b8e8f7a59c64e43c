"""The public board."""

import streamlit as st


def draw_board() -> None:
    st.write("")
