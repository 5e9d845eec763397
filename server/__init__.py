"""The Flask application that serves the evidence graph."""
