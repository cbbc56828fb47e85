"""Cells of populations as a model file selects them."""
import re

import numpy as np


class Selection:
    """Cells by population, of texts as E, E[7], E[0:50], E[0:100:10], E[1,5,9]; of none: all cells."""

    def __init__(self, texts):
        self.parts = {}
        for text in texts:
            found = re.fullmatch(r"(.+?)(?:\[([^\]]*)\])?", text)
            self.parts.setdefault(found[1], []).append(found[2])

    def has(self, population):
        return not self.parts or population in self.parts

    def cells(self, population, n):
        """Ids among n cells, ascending."""
        every = np.arange(n)
        if not self.parts:
            return every
        chosen = [every[part] for text in self.parts.get(population, []) for part in self.indices(text)]
        return np.unique(np.concatenate(chosen)) if chosen else every[:0]

    @staticmethod
    def indices(text):
        if text is None:
            return [slice(None)]
        return [slice(*(int(word) if word.strip() else None for word in part.split(":"))) if ":" in part
                else slice(int(part), int(part) + 1) for part in text.split(",")]
