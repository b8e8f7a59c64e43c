"""What a view says: frames, figures, the rows behind a number, sentences. No Streamlit, no session, no clock.

A number from a script: `view = open_view(Store(), Person("An", EDITOR), now=now)`, then
`registry.ENTRIES["by_commune"].make(view, "cash_received").frame`, or `rows_behind.lines_of(address, view)`.
"""
