"""Squid neurons in NEURON (its own hh mechanism), 1000 pA after 100 ms of rest. Prints JSON.

Usage: neuron_hh.py tables|exact ORDER STEPS_PER_MS CELLS MILLISECONDS   (ORDER is h.secondorder: 0 or 2)
"""
import sys
import time

from neuron import h

from result import tell

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
    tell(seconds, list(times), list(values), rest)


main()
