"""How a network learned: training.h5 and weights.h5 of a run whose model has the section learning."""
import functools

import h5py
import numpy as np


class Curve:
    """A group of training.h5 whose columns are attributes: epoch, loss, accuracy, information_bits, reward, rate_hz,
    synaptic_events, seconds. What has no meaning is nan: reward of a network that learns from data, loss of one that acts,
    information_bits without a code."""

    def __init__(self, path, group):
        self._path, self._group = path, group

    def __getattr__(self, name):
        with h5py.File(self._path, "r") as file:
            if name.startswith("_") or name not in file[self._group]:
                raise AttributeError(f"{self._group} of {self._path} has no {name!r}")
            return file[self._group][name][:]

    def __len__(self):
        return len(self.epoch)


class Training(Curve):
    """Curves over the epochs; `evaluation` has the same over the evaluations, the first before the first epoch."""

    def __init__(self, path, weights):
        super().__init__(path, "history")
        self.evaluation = Curve(path, "evaluation")
        self._weights = weights

    @functools.cached_property
    def confusion(self):
        """[label, answer] of the last evaluation; None where answers have no classes."""
        with h5py.File(self._path, "r") as file:
            return file["confusion"][:] if "confusion" in file else None

    @functools.cached_property
    def weights(self):
        """{projection: {"weight": [target, source], "bias": [target]}}, and shared parameters by their population."""
        with h5py.File(self._weights, "r") as file:
            return {name: {key: np.squeeze(matrix[:], 1) if matrix.shape[1] == 1 and key != "weight" else matrix[:]
                           for key, matrix in group.items()} for name, group in file["weights"].items()}

    def __repr__(self):
        what = "reward" if len(self.evaluation) and np.isfinite(self.evaluation.reward[-1]) else "loss"
        loss = f", {what} {getattr(self, what)[-1]:.5g}" if len(self) else ""
        tested = f", tested at {what} {getattr(self.evaluation, what)[-1]:.5g}" if len(self.evaluation) else ""
        return f"<training: {len(self)} epochs{loss}{tested}>"
