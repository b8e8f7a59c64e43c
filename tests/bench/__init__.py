"""The speed of the application, measured: run by python3 start.py bench, no part of the tests."""
