"""The player: a network over a sequence, stepped through in the browser.

`payload` says what it is sent, the JavaScript beside this file computes and draws it, and `component` is how Streamlit
shows it.
"""

#: Where its files are served, relative to the pages.
PLACE = "player"
