"""What goes out as files: forms, marked-up copies, letters; no Streamlit here."""
