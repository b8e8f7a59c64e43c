"""The figures: one file a screen, each function a view -> an Exhibit."""
