"""How long PyTorch's recurrent layers take on this machine, forward and backward.

Importing this module does not import torch; measuring does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import ClassVar, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import MAIN
from rnnviz.training.measuring import Measuring, MeasuringRecipe, Spread, spread_of, torch_with
from rnnviz.training.run import Arrays, State, follow

#: The layer of `torch.nn` that computes each of the cells compared.
LAYERS = {cell.name: cell.pytorch[0].partition("_")[0] for cell in MAIN if cell.pytorch}


class Layer(NamedTuple):
    """A layer of PyTorch's by the name of the cell it computes, its hidden size, and whether it may use oneDNN.

    On a CPU oneDNN computes the LSTM's whole sequence in one call; the other layers do not change with it.
    """

    cell: str
    hidden_size: int
    onednn: bool = True


@dataclass(frozen=True)
class Timing:
    """How long a layer takes for a batch of sequences.

    `forward` keeps what `backward` needs, as in training; `backward` computes the gradient by every weight.
    """

    forward: Spread
    backward: Spread


@final
@dataclass(frozen=True, kw_only=True)
class TimingRecipe(MeasuringRecipe):
    """How long `torch.nn.RNN`, `LSTM` and `GRU` take, in float32 on one thread: to be measured, the layers in turns.

    Attributes
    ----------
    input_size, sequence_length, batch
        The layers read noise of (sequence_length, batch, input_size).
    measured
        The layers, in the order in which they take turns.

    Raises
    ------
    ValueError
        When PyTorch has no layer for a cell, or a number cannot be.
    """

    kind: ClassVar[str] = "timing"
    loop: ClassVar[str] = "rnnviz.training.timing.LayersTimed"

    input_size: int
    measured: tuple[Layer, ...]
    sequence_length: int
    batch: int

    def __post_init__(self) -> None:
        layers = self.measured
        if not isinstance(layers, (list, tuple)) or not layers or not all(map(_is_layer, layers)):
            raise ValueError("measured must be layers: the name of a cell, its units, whether with oneDNN")
        object.__setattr__(self, "measured", tuple(Layer(*layer) for layer in layers))
        if unknown := sorted({layer.cell for layer in self.measured} - set(LAYERS)):
            raise ValueError(f"PyTorch has layers for {', '.join(LAYERS)}; not for {unknown}")
        self._check(input_size=(1, 1000), sequence_length=(1, 1000), batch=(1, 1000))

    def read(self, arrays: Arrays) -> dict[Layer, Timing]:
        """What was measured, from the arrays that the run has kept."""
        times = arrays["times"]
        return {
            layer: Timing(*(spread_of(times[:, place, part]) for part in (0, 1)))
            for place, layer in enumerate(self.measured)
        }


def _is_layer(value: object) -> bool:
    return isinstance(value, (list, tuple)) and [type(part) for part in value] in ([str, int], [str, int, bool])


class LayersTimed(Measuring[TimingRecipe]):
    """The measurement of `TimingRecipe`."""

    def __init__(self, recipe: TimingRecipe, state: State | None = None) -> None:
        import torch

        super().__init__(recipe, (len(recipe.measured), 2), state)
        self.modules = [
            getattr(torch.nn, LAYERS[layer.cell])(recipe.input_size, layer.hidden_size) for layer in recipe.measured
        ]
        self.inputs = torch.randn(recipe.sequence_length, recipe.batch, recipe.input_size)

    def _repeat(self, times: NDArray[np.float64]) -> Iterator[None]:
        import torch

        for place, (layer, module) in enumerate(zip(self.recipe.measured, self.modules)):
            with torch_with(onednn=layer.onednn):
                start = perf_counter()
                loss = module(self.inputs)[0].sum()
                middle = perf_counter()
                torch.autograd.grad(loss, list(module.parameters()))
                end = perf_counter()
            times[place] = middle - start, end - middle
        yield


def measure(recipe: TimingRecipe) -> dict[Layer, Timing]:
    """Measure here and now."""
    return recipe.read(follow(recipe))
