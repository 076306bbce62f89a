"""Pure functions from numbers to figures. Nothing here computes what it draws, or knows Streamlit."""
