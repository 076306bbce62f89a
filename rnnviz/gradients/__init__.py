"""How a change of one value changes the others: Jacobians, gradients through time, clipping by norm."""

from rnnviz.gradients.through_time import (
    CrossEntropy,
    Gradients,
    Loss,
    SquaredError,
    backpropagate,
    clip_by_norm,
    clip_by_value,
    gradient_reach,
    jacobian_norms,
    singular_values,
    state_jacobians,
)

__all__ = [
    "CrossEntropy",
    "Gradients",
    "Loss",
    "SquaredError",
    "backpropagate",
    "clip_by_norm",
    "clip_by_value",
    "gradient_reach",
    "jacobian_norms",
    "singular_values",
    "state_jacobians",
]
