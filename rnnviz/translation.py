"""What a notebook imports to translate number words: see `rnnviz.networks.translator`."""

from rnnviz.networks.translator import Translation, Translator

__all__ = ["Translation", "Translator"]
