"""Additive STDP as Brian2 users write it, and the same network without synapses. Prints JSON.

Usage: brian_stdp.py CELLS INPUTS MILLISECONDS FOLDER
"""
import json
import sys

import brian2 as b
from brian2 import Hz, defaultclock, ms

EQUATIONS = """
dv/dt = (g - v)/(10*ms) : 1 (unless refractory)
dg/dt = -g/(0.5*ms) : 1
"""
TRACES = """
w : 1
dx/dt = -x/(20*ms) : 1 (event-driven)
dy/dt = -y/(20*ms) : 1 (event-driven)
"""
DRIVE = 45e-12 * 10e-3 / 100e-12 * 1e3 / 20  # of 45 pA, in units of the threshold


def seconds_of(cells, inputs, milliseconds, folder):
    """Seconds of the run, and synaptic events; no inputs: no synapses."""
    b.device.reinit()
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.seed(1)
    defaultclock.dt = 0.1 * ms
    neurons = b.NeuronGroup(cells, EQUATIONS, threshold="v > 1", reset="v = 0", refractory=2 * ms, method="exact")
    neurons.v = "rand()"
    drive = b.PoissonInput(neurons, "g", 1000, 8 * Hz, DRIVE)
    count = b.SpikeMonitor(neurons, record=False)
    network = b.Network(neurons, drive, count)
    if inputs:
        synapses = b.Synapses(neurons, neurons, TRACES, on_pre="""g_post += 1e-9*w
                                                                  x += 1
                                                                  w = clip(w - 0.00105*y, 0, 1)""",
                              on_post="""y += 1
                                         w = clip(w + 0.001*x, 0, 1)""", delay=1.5 * ms)
        synapses.connect(p=inputs / cells)
        synapses.w = 0.5
        network.add(synapses)
    network.run(milliseconds * ms)
    b.device.build(directory=folder, compile=True, run=True)
    return b.device._last_run_time, int(count.num_spikes) * inputs


def main():
    cells, inputs, milliseconds = map(int, sys.argv[1:4])
    with_synapses, events = seconds_of(cells, inputs, milliseconds, sys.argv[4] + "_stdp")
    without, _ = seconds_of(cells, 0, milliseconds, sys.argv[4] + "_cells")
    print(json.dumps({"seconds": with_synapses - without, "events": events}))


main()
