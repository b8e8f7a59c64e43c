"""What goes out as files, one folder a paper, and the meeting pack of them; no Streamlit here."""
