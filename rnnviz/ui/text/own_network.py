"""A network that was trained here on a text of one's own: found by its run, at any kept moment of its training."""

from __future__ import annotations

from functools import lru_cache

from rnnviz.analysis.writing import write
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.training.cards import card_of_moment
from rnnviz.training.run import RunOf
from rnnviz.training.text import COUNTED, TextRecipe
from rnnviz.ui.jobs import kept, visitor

TextRun = RunOf[TextRecipe]

#: What is written at each moment, so that only the weights differ: so many characters, at this temperature and seed.
LENGTH, TEMPERATURE, SEED = 200, 0.8, 1


def own_run(run_id: str) -> TextRun | None:
    """The run of an address; None where it is none on a text of one's own, or is not kept here."""
    run = kept().known(run_id, visitor()) if run_id else None
    return run if run is not None and run.recipe.own_text else None


def best_moment(run: TextRun) -> int:
    """At which step the held-out text was predicted best."""
    return min(run.moments, key=run.moments.__getitem__)


def own_network(run_id: str, step: int | None = None) -> Checkpoint:
    """The network of a run after a step; at its best moment if None.

    Raises
    ------
    LookupError
        When there is no such run here, or none of its moments is known yet.
    OSError, ValueError
        When its weights cannot be read.
    """
    run = own_run(run_id)
    if run is None or not run.moments:
        raise LookupError("There is no network of this address on this server.")
    at = best_moment(run) if step is None else step
    return Checkpoint.of(kept().weights(run, at), card_of_moment(run, at))


def counted_bits(run: TextRun) -> float:
    """What counting reaches on the same held-out text: bits per character."""
    return float(kept().weights(run, min(run.moments))[COUNTED][0])


@lru_cache(maxsize=256)
def written(run_id: str, step: int) -> str:
    """What the network of a run writes after a step; to be forgotten with the run."""
    return write(own_network(run_id, step), LENGTH, temperature=TEMPERATURE, seed=SEED)
