"""A result as the objects of Neo, on which Elephant and other tools of analysis work."""
import numpy as np


def import_neo():
    try:
        import neo
        import quantities
    except ImportError as why:
        raise ImportError(f"to_neo() needs Neo, which is not installed ({why}): pip install neo") from why
    return neo, quantities


def trains_of(spikes):
    """The times (ms) of each cell."""
    order = np.argsort(spikes.ids, kind="stable")
    ends = np.searchsorted(spikes.ids[order], np.arange(1, spikes.n_cells))
    return np.split(spikes.times[order], ends)


def to_neo(result):
    """See Result.to_neo()."""
    neo, quantities = import_neo()
    block, segment = neo.Block(name=result.folder), neo.Segment()
    block.segments.append(segment)
    for name, spikes in result.spikes.items():
        for cell, times in enumerate(trains_of(spikes)):
            train = neo.SpikeTrain(times, units="ms", t_start=0, t_stop=result.duration, name=f"{name} {cell}")
            train.annotate(population=name, cell=cell)
            segment.spiketrains.append(train)
    for name, state in result.states.items():
        signal = neo.AnalogSignal(state[:], units=state.unit or "dimensionless", name=name,
                                  t_start=state.start * quantities.ms, sampling_period=state.interval * quantities.ms)
        signal.annotate(population=state.population, cells=state.ids)
        segment.analogsignals.append(signal)
    return block
