"""COBAHH as Brian2 users write it (exponential Euler, dt 0.1 ms). Prints JSON.

Usage: brian_cobahh.py standalone FOLDER, or brian_cobahh.py cython
"""
import json
import sys
import time

import brian2 as b
from brian2 import cm, defaultclock, ms, msiemens, mV, nS, second, siemens, uF, umetre

EQUATIONS = """
dv/dt = (gl*(El-v) + ge*(Ee-v) + gi*(Ei-v) - g_na*(m*m*m)*h*(v-ENa) - g_kd*(n*n*n*n)*(v-EK))/Cm : volt
dm/dt = alpha_m*(1-m) - beta_m*m : 1
dn/dt = alpha_n*(1-n) - beta_n*n : 1
dh/dt = alpha_h*(1-h) - beta_h*h : 1
dge/dt = -ge/taue : siemens
dgi/dt = -gi/taui : siemens
alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz
"""
AREA = 20000 * umetre**2
CONSTANTS = {
    "Cm": 1 * uF * cm**-2 * AREA, "gl": 5e-5 * siemens * cm**-2 * AREA, "g_na": 100 * msiemens * cm**-2 * AREA,
    "g_kd": 30 * msiemens * cm**-2 * AREA, "El": -60 * mV, "EK": -90 * mV, "ENa": 50 * mV, "VT": -63 * mV,
    "Ee": 0 * mV, "Ei": -80 * mV, "taue": 5 * ms, "taui": 10 * ms, "we": 6 * nS, "wi": 67 * nS}


def main():
    standalone = sys.argv[1] == "standalone"
    if standalone:
        b.set_device("cpp_standalone", directory=sys.argv[2])
    else:
        b.prefs.codegen.target = "cython"
    defaultclock.dt = 0.1 * ms
    cells = b.NeuronGroup(4000, EQUATIONS, threshold="v > -20*mV", refractory=3 * ms, method="exponential_euler",
                          namespace=CONSTANTS)
    excite = b.Synapses(cells[:3200], cells, on_pre="ge += we", namespace=CONSTANTS)
    inhibit = b.Synapses(cells[3200:], cells, on_pre="gi += wi", namespace=CONSTANTS)
    for synapses in (excite, inhibit):
        synapses.connect(p=0.02)
    cells.v = "El + (randn()*5-5)*mV"
    cells.ge = "(randn()*1.5+4)*10*nS"
    cells.gi = "(randn()*12+20)*10*nS"
    count = b.SpikeMonitor(cells, record=False)
    network = b.Network(cells, excite, inhibit, count)
    if not standalone:
        network.run(0.1 * ms)  # generates and compiles code
    begin = time.monotonic()
    network.run(1 * second)
    seconds = b.device._last_run_time if standalone else time.monotonic() - begin
    print(json.dumps({"seconds": seconds, "rate_hz": int(count.num_spikes) / 4000}))


main()
