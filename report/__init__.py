"""What a view says: frames, figures, the rows behind a number, sentences. No Streamlit, no session, no clock."""
