"""What the experiments with events share: a layer of cells that hear one another, and what came out of it."""
from networks import UNITS, dense


def recurrent(unit, cells, inputs, outputs, data, learning, duration, dt=1, seed=1, loop=1):
    """A model of one hidden layer under events; loop: factor on the first weights within it, 0: it does not hear
    itself."""
    projections = [dense("events", "hidden", inputs, unit.first, **unit.dense),
                   dense("hidden", "answer", cells * unit.outputs)]
    if loop:
        projections.append(dense("hidden", "hidden", cells * unit.outputs, loop * unit.first, **unit.dense))
    return {"simulation": {"dt": f"{dt} ms", "duration": f"{duration} ms", "seed": seed, **unit.simulation}, "data": data,
            "populations": {"events": {"model": "data_source", "size": inputs},
                            "hidden": {"model": unit.model, "size": cells, "params": unit.params},
                            "answer": {"model": "readout", "size": outputs}},
            "projections": projections,
            "learning": {"method": "adjoint", "surrogate": {"rectangle": {"half_width": unit.width}},
                         "loss": {"cross_entropy": {"target": "answer"}},
                         "evaluate": {"data": "test", "every": "1 epoch"}, **learning, **unit.learning}}


def decaying(name, decay):
    """Units of that name whose step leaves `decay` of them."""
    return UNITS[name]._replace(params=UNITS[name].params | {"decay": decay})


def tested(result):
    """Accuracy in % behind the last epoch."""
    return 100 * result.training.evaluation.accuracy[-1]


def per_trial(result, samples):
    """Events that spikes set off, and nJ, of a trial of a run that learned nothing."""
    return result.training.evaluation.synaptic_events[-1] / samples, 1e9 * result.report["energy"]["joule"]["sum"] / samples
