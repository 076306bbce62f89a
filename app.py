"""The home page. Run by Streamlit it is the page; imported by Streamlit's server it says what is served."""

if __name__ == "__main__":
    from rnnviz.ui.home.page import home

    home()
else:
    from streamlit.starlette import App

    from rnnviz.ui.opening import opening_routes
    from rnnviz.ui.shipped_files import shipped_routes

    app = App(__file__, routes=[*opening_routes(), *shipped_routes()])
