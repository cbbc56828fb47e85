"""Squid neurons in Brian2, 1000 pA after 100 ms of rest. Prints JSON.

Usage: brian_hh.py METHOD STEPS_PER_MS CELLS MILLISECONDS FOLDER
"""
import sys

import brian2 as b
from brian2 import defaultclock, ms, mV, nS, pA, pF

from result import tell

EQUATIONS = """
dv/dt = (I - g_na*(m*m*m)*h*(v-ENa) - g_k*(n*n*n*n)*(v-EK) - g_l*(v-El))/C : volt
dm/dt = alpha_m*(1-m) - beta_m*m : 1
dn/dt = alpha_n*(1-n) - beta_n*n : 1
dh/dt = alpha_h*(1-h) - beta_h*h : 1
alpha_m = 1/exprel(-(v+40*mV)/(10*mV))/ms : Hz
beta_m = 4*exp(-(v+65*mV)/(18*mV))/ms : Hz
alpha_h = 0.07*exp(-(v+65*mV)/(20*mV))/ms : Hz
beta_h = 1/(1+exp(-(v+35*mV)/(10*mV)))/ms : Hz
alpha_n = 0.1/exprel(-(v+55*mV)/(10*mV))/ms : Hz
beta_n = 0.125*exp(-(v+65*mV)/(80*mV))/ms : Hz
I : amp (shared)
"""
CONSTANTS = {"C": 100 * pF, "g_na": 12000 * nS, "g_k": 3600 * nS, "g_l": 30 * nS, "ENa": 50 * mV, "EK": -77 * mV,
             "El": -54.387 * mV}
REST = {"v": -65 * mV, "m": 0.0529324853, "h": 0.5961207535, "n": 0.3176769141}


def main():
    method, steps, cells, duration, folder = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    defaultclock.dt = ms / steps
    group = b.NeuronGroup(cells, EQUATIONS, method=method, namespace=CONSTANTS)
    for name, value in REST.items():
        setattr(group, name, value)
    network = b.Network(group)
    rest = 0
    if cells == 1:
        rest, monitor = 100, b.StateMonitor(group, "v", record=[0])
        network.add(monitor)
        group.I = 0 * pA
        network.run(rest * ms)
    group.I = 1000 * pA
    network.run(duration * ms)
    b.device.build(directory=folder)
    trace = (monitor.t / ms, monitor.v[0] / mV) if rest else ([], [])
    tell(b.device._last_run_time, *trace, rest)


main()
