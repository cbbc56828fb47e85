"""Squid neurons in NEURON (its own hh mechanism), 1000 pA after 100 ms of rest. Prints JSON.

Usage: neuron_hh.py tables|exact ORDER STEPS_PER_MS CELLS MILLISECONDS   (ORDER is h.secondorder: 0 or 2)
"""
import json
import sys
import time

from neuron import h

h.load_file("stdrun.hoc")


def make_cell(delay):
    """One compartment of 1e-4 cm2, with 1 nA from `delay` on."""
    cell = h.Section()
    cell.L = cell.diam = 1e2 / 3.141592653589793 ** 0.5
    cell.nseg, cell.cm = 1, 1
    cell.insert("hh")
    cell.ena, cell.ek = 50, -77
    cell(0.5).hh.el = -54.387
    clamp = h.IClamp(cell(0.5))
    clamp.delay, clamp.dur, clamp.amp = delay, 1e9, 1
    return cell, clamp


def crossings(times, values):
    """Times at which values pass 0 upwards, by linear interpolation."""
    found = []
    for i in range(1, len(values)):
        if values[i - 1] < 0 <= values[i]:
            found.append(times[i - 1] + (times[i] - times[i - 1]) * values[i - 1] / (values[i - 1] - values[i]))
    return found


def main():
    h.usetable_hh = 1 if sys.argv[1] == "tables" else 0
    order, steps, count, duration = map(int, sys.argv[2:6])
    rest = 100 if count == 1 else 0
    cells = [make_cell(rest) for _ in range(count)]
    h.CVode().cache_efficient(1)
    h.secondorder, h.celsius, h.dt = order, 6.3, 1 / steps
    times, values = h.Vector(), h.Vector()
    if count == 1:
        times.record(h._ref_t)
        values.record(cells[0][0](0.5)._ref_v)
    h.finitialize(-65)
    begin = time.monotonic()
    for _ in range(round((rest + duration) * steps)):
        h.fadvance()
    seconds = time.monotonic() - begin
    spikes = [t - rest for t in crossings(list(times), list(values))]
    print(json.dumps({"seconds": seconds, "spikes": spikes}))


main()
