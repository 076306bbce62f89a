"""The one place of a server process where training is asked for, shared by all its visitors."""

from __future__ import annotations

import gc
from importlib import import_module
from threading import Thread
from uuid import uuid4

import streamlit as st

from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store


@st.cache_resource(show_spinner=False)
def kept() -> Jobs:
    """The same as `jobs`, to look at what is kept: no worker is started before something is asked for."""
    return Jobs(Store())


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Where this server trains; its workers are started meanwhile, once somebody looks at a page that trains."""
    found = kept()
    found.start()
    Thread(target=_settle, name="settle", daemon=True).start()
    return found


def _settle() -> None:
    """Take Dask, too, out of the garbage collector's sight: see `rnnviz.ui.frame`."""
    import_module("distributed")
    gc.collect()
    gc.freeze()


def visitor() -> str:
    """A name for whoever looks at the page, so that nobody takes every worker."""
    return str(st.session_state.setdefault("visitor", uuid4().hex))
