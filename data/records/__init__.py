"""What people did beside uploads: the inbox, links, questions, conclusions, decisions, sources, disclosures."""
