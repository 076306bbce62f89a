"""Importing this module makes a Dask worker ready to train at once: ``dask worker --preload rnnviz.jobs.ready``."""

import distributed
import torch

import rnnviz.training.loop

__all__ = ["distributed", "rnnviz", "torch"]

# The first optimizer of a process imports as much again as PyTorch itself.
torch.optim.SGD([torch.zeros(1, requires_grad=True)])
