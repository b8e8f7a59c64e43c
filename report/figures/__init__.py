"""The figures: one file a screen, each function a view -> a Figure."""
