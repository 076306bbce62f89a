"""rnnviz: see recurrent neural networks compute, remember and forget."""
