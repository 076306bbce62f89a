"""The home page: what can be seen here, in what order."""

import streamlit as st

from rnnviz.player.component import player
from rnnviz.scenario import DEFAULT
from rnnviz.ui.frame import PAGES, frame
from rnnviz.ui.history import timeline
from rnnviz.ui.scenes import scene

frame("home")
st.title("See a recurrent network think")
st.markdown(
    "rnnviz runs small recurrent networks in front of you, one step at a time, and shows every number they compute. "
    "Nothing is scripted: below, a trained LSTM reads a name and guesses each next letter before it sees it."
)
player(scene(DEFAULT), key="glance", glance=True)

st.header("Lessons")
with st.container(horizontal=True, gap="medium"):
    for page in PAGES.values():
        if page.promise:
            with st.container(border=True, width=440):
                st.page_link(page.path, label=f"**{page.title}**", icon=page.icon)
                st.markdown(page.promise)

st.header("A short history")
timeline()
