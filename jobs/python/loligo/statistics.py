"""Statistics of spike trains that everybody writes again; each is tested against a closed form.

`spikes` is what result.spikes[population] gives. Times are in ms, rates in spikes/s.
"""
import numpy as np


def by_cell(spikes, start=0, stop=np.inf):
    """(cells, times) of the spikes in a window, by cell, then time."""
    ids, times = spikes.between(start, stop)
    order = np.lexsort((times, ids))
    return ids[order], times[order]


def rates(spikes, start, stop):
    """[cells] spikes/s of each cell; NaN of cells that were not recorded."""
    ids, _ = spikes.between(start, stop)
    found = np.full(spikes.n_cells, np.nan)
    found[spikes.recorded] = np.bincount(ids, minlength=spikes.n_cells)[spikes.recorded] / ((stop - start) * 1e-3)
    return found


def cv(spikes, start=0, stop=np.inf, least=3):
    """[cells] standard deviation over mean of the intervals; NaN of cells with fewer intervals than `least`."""
    ids, times = by_cell(spikes, start, stop)
    within = np.diff(ids) == 0
    owners, intervals = ids[1:][within], np.diff(times)[within]
    counts, sums, squares = (np.bincount(owners, weights, spikes.n_cells) for weights in (None, intervals, intervals**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums / counts
        spread = np.sqrt(np.maximum(squares / counts - mean**2, 0))
        return np.where(counts >= least, spread / mean, np.nan)


def correlation(spikes, start, stop, bin, cells=None):
    """Mean over pairs of cells of the correlation of their counts in bins of `bin` ms; cells that do not fire are left out.

    From the variance of the sum of all normed trains, so that it takes no memory for pairs.
    """
    ids, times = spikes.between(start, stop)
    chosen = np.arange(spikes.n_cells) if cells is None else np.asarray(cells)
    bins = int((stop - start) / bin)
    rows = np.full(spikes.n_cells, -1)
    rows[chosen] = np.arange(len(chosen))
    columns = ((times - start) / bin).astype(int)
    kept = (rows[ids] >= 0) & (columns < bins)
    flat = np.bincount(rows[ids[kept]] * bins + columns[kept], minlength=len(chosen) * bins)
    counts = flat.reshape(len(chosen), bins).astype(float)
    counts -= counts.mean(axis=1, keepdims=True)
    norms = np.sqrt((counts**2).sum(axis=1))
    active = counts[norms > 0] / norms[norms > 0, None]
    n = len(active)
    return ((active.sum(axis=0)**2).sum() - n) / (n * (n - 1)) if n > 1 else np.nan


def psth(spikes, triggers, before, after, bin):
    """(lags in ms, spikes/s per recorded cell) around trigger times, mean over them; lags are the begins of bins."""
    edges = np.arange(round((before + after) / bin) + 1) * bin - before
    counts = np.zeros(len(edges) - 1)
    for trigger in triggers:
        counts += spikes.histogram(edges + trigger)
    return edges[:-1], counts / (len(triggers) * len(spikes.recorded) * bin * 1e-3)


def spectrum(spikes, start, stop, bin, window):
    """(frequencies in Hz, power in spikes^2/s) of the summed train of a population, mean over windows of `window` ms.

    That of independent Poisson trains is flat at their summed rate.
    """
    size = round(window / bin)
    n_windows = int((stop - start) / bin) // size
    edges = start + np.arange(n_windows * size + 1) * bin
    counts = spikes.histogram(edges).reshape(n_windows, size)
    counts = counts - counts.mean()
    power = (np.abs(np.fft.rfft(counts, axis=1))**2).mean(axis=0)
    return np.fft.rfftfreq(size, bin * 1e-3), power / (window * 1e-3)
