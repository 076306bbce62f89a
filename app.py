"""The home page: what can be seen here, in what order. Run by Streamlit it is the page; imported, what is served."""

if __name__ == "__main__":
    import streamlit as st

    from rnnviz.lessons.shipped import LESSONS
    from rnnviz.player.component import player
    from rnnviz.settings import PAGES
    from rnnviz.settings.step_through import DEFAULT
    from rnnviz.ui.frame import frame, page_link
    from rnnviz.ui.history import timeline
    from rnnviz.ui.lesson_card import lesson_list
    from rnnviz.ui.scenes import scene

    page = frame(
        "home",
        "See a recurrent network think",
        "rnnviz runs small recurrent networks in front of you, one step at a time, and shows every number they "
        "compute. Nothing is scripted: below, a trained LSTM reads a name and guesses each next letter before it sees "
        "it.",
    )
    player(scene(DEFAULT), key="glance", glance=True, classroom=page.classroom)

    st.header("Pages")
    with st.container(horizontal=True, gap="medium"):
        for name, entry in PAGES.items():
            if entry.promise:
                with st.container(border=True, width=410):
                    page_link(name, classroom=page.classroom)
                    st.markdown(entry.promise)

    st.header("Lessons in one link")
    st.markdown("A question about one screen each. Make your own on any of the pages: the link holds all of it.")
    lesson_list(LESSONS, classroom=page.classroom)

    st.header("A short history")
    timeline()
else:
    from streamlit.starlette import App

    from rnnviz.ui.opening import opening_routes

    app = App(__file__, routes=opening_routes())
