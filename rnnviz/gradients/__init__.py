"""How a change of one value changes the others: Jacobians, gradients through time, clipping by norm."""

from rnnviz.gradients.backpropagation import Gradients, backpropagate, gradient_by_steps_back
from rnnviz.gradients.clipping import clip_by_norm, clip_by_value
from rnnviz.gradients.jacobians import gradient_reach, jacobian_norms, singular_values, state_jacobians
from rnnviz.gradients.losses import CrossEntropy, Loss, SquaredError

__all__ = [
    "CrossEntropy",
    "Gradients",
    "Loss",
    "SquaredError",
    "backpropagate",
    "clip_by_norm",
    "clip_by_value",
    "gradient_by_steps_back",
    "gradient_reach",
    "jacobian_norms",
    "singular_values",
    "state_jacobians",
]
