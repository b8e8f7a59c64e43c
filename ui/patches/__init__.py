"""Whatever stands on the inside of Streamlit and not on what it promises: a file a reason, and a test for each."""
