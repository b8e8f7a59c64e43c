"""What stands on Streamlit's inside, not on what it promises: a file a reason, with the version and a test."""
