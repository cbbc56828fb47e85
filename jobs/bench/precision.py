"""Work for precision: one squid cell at 1000 pA, time per ms of model time for a 69th spike right to 0.1 ms."""
import math
import re
from functools import partial

import neurons
import peers
from bench import loligo, number, output_of, table

TOLERANCE = 0.1  # ms
SPIKE = 69
REST, DRIVEN = 100, 1050  # ms
ORDERS = {"tables": 1, "exact": 1, "exponential_euler": 1, "forward_euler": 1, "staggered_crank_nicolson": 2,
          "rk4": 4}
START = 40  # steps per ms
ROUNDS = 4
MOST_STEPS = 8000  # per ms


def slopes(v, m, h, n, current):
    """V' and the gates' derivatives of the squid (Hodgkin & Huxley 1952)."""
    def linoid(x):
        return x / -math.expm1(-x) if x else 1.0
    a_m, b_m = linoid((v + 40) / 10), 4 * math.exp(-(v + 65) / 18)
    a_h, b_h = 0.07 * math.exp(-(v + 65) / 20), 1 / (1 + math.exp(-(v + 35) / 10))
    a_n, b_n = 0.1 * linoid((v + 55) / 10), 0.125 * math.exp(-(v + 65) / 80)
    ions = 12000 * m**3 * h * (v - 50) + 3600 * n**4 * (v + 77) + 30 * (v + 54.387)
    return (current - ions) / 100, a_m - (a_m + b_m) * m, a_h - (a_h + b_h) * h, a_n - (a_n + b_n) * n


def reference(dt=0.02):
    """Time of the 69th spike by RK4, whose error at this dt is below 1e-4 ms."""
    state, found, step = (-65.0, 0.0529324853, 0.5961207535, 0.3176769141), 0, 0
    while True:
        current = 1000 if step * dt >= REST - dt / 2 else 0
        k1 = slopes(*state, current)
        k2 = slopes(*(x + dt / 2 * k for x, k in zip(state, k1)), current)
        k3 = slopes(*(x + dt / 2 * k for x, k in zip(state, k2)), current)
        k4 = slopes(*(x + dt * k for x, k in zip(state, k3)), current)
        after = tuple(x + dt / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in zip(state, k1, k2, k3, k4))
        found += state[0] < 0 <= after[0]
        if found == SPIKE:
            return (step + state[0] / (state[0] - after[0])) * dt - REST
        state, step = after, step + 1


def our_spike(bench, integrator, steps):
    """Time of our 69th spike, between the frames about it; NaN where the integrator breaks down at this dt."""
    model = {"simulation": {"dt": 1 / steps, "duration": REST + DRIVEN, "allow_coarse_dt": True},
             "populations": {"cell": {"model": "hh_psc_exp", "size": 1, "params": {"integrator": integrator}}},
             "inputs": {"step": {"model": "dc", "target": "cell", "amplitude": "1000 pA", "start": REST}},
             "record": {"spikes": "none", "state": {"trace": {"target": "cell", "variables": ["V_m"],
                                                              "interval": 1 / steps, "precision": "float64"}}}}
    try:
        bench.run(model, repeats=1)
    except loligo.LoligoError as fault:
        if fault.status != 4:
            raise
        return math.nan
    v = loligo.load(bench.results + "/run").state("trace")[:, 0]
    at = [i for i in range(1, len(v)) if v[i - 1] < 0 <= v[i]]
    if len(at) < SPIKE:
        return math.nan
    i = at[SPIKE - 1]
    return (i - 1 + v[i - 1] / (v[i - 1] - v[i])) / steps - REST


def peer_spike(bench, command, steps):
    """The same of a peer: its command with another dt, one cell, recorded."""
    changed = list(command)
    place = changed.index(peers.STEPS_PER_MS)
    changed[place:place + 3] = [steps, 1, DRIVEN]
    spikes = peers.call(bench, *changed)["spikes"]
    return spikes[SPIKE - 1] if len(spikes) >= SPIKE else math.nan


def needed_steps(spike_time, exact, order):
    """(fewest steps per ms found for an error below the tolerance, that error); (None, least error) if none."""
    steps, best, least = START, (None, math.inf), math.inf
    for _ in range(ROUNDS):
        error = abs(spike_time(steps) - exact)
        least = min(least, error)
        if error < TOLERANCE and (best[0] is None or steps < best[0]):
            best = steps, error
        factor = (error / (0.93 * TOLERANCE)) ** (1 / order) if math.isfinite(error) else 1.5
        wanted = min(MOST_STEPS, max(1, math.ceil(steps * min(max(factor, 0.5), 64))))
        if wanted == steps:
            break
        steps = wanted
    return best if best[0] else (None, least)


def our_rate(bench, integrator):
    """Updates per second of a thousand cells."""
    _, model = neurons.model_of("hh_psc_exp", neurons.CASES["hh_psc_exp"], peers.CELLS, 4e7)
    model["simulation"]["allow_coarse_dt"] = True
    population = model["populations"]["cells"]
    population["params"] = {**population["params"], "integrator": integrator}
    report = bench.run(model)
    return peers.CELLS * model_steps(model) / report["run_seconds"], report


def model_steps(model):
    duration, dt = (float(model["simulation"][key].split()[0]) for key in ("duration", "dt"))
    return round(duration / dt)


def our_integrators(bench):
    """Names that the reference gives for the squid neuron."""
    reference_text = output_of(bench.program, "parameters", "hh_psc_exp")
    return re.search(r"^ *integrator:[^(]*\(([^)]*)\)", reference_text, re.M)[1].split(" | ")


def solvers(bench):
    """(name, order, 69th spike at some steps per ms, updates per second with a report)"""
    ours = [(f"Loligo, {name.replace('_', ' ')}", ORDERS[name], partial(our_spike, bench, name),
             partial(our_rate, bench, name)) for name in our_integrators(bench)]
    theirs = [(name, 2 if command[2] == 2 else ORDERS[command[1]], partial(peer_spike, bench, command),
               partial(peers.measure_squid, bench, name, command)) for name, command in peers.squid_peers(bench)]
    return ours + theirs


def measure(exact, order, spike_time, rate):
    """What it takes, as a mapping, with the report that it rests on."""
    steps, error = needed_steps(spike_time, exact, order)
    if steps is None:
        return {"reached": False, "error_ms": error}, None
    updates, report = rate()
    return {"reached": True, "steps_per_ms": steps, "error_ms": error, "updates_per_second": updates,
            "ns_per_cell_and_ms": 1e9 * steps / updates}, report


def row_of(name, values, report):
    if not values["reached"]:
        return [name, "not reached", number(values["error_ms"]), "", "", ""]
    return [name, f"1/{values['steps_per_ms']}", number(values["error_ms"]),
            number(1e-6 * values["updates_per_second"], report), number(values["ns_per_cell_and_ms"]),
            number(values["loligo_times_faster"])]


def run(bench):
    exact = reference()
    found = {name: measure(exact, *rest) for name, *rest in solvers(bench)}
    ours = min(values["ns_per_cell_and_ms"] for name, (values, _) in found.items()
               if name.startswith("Loligo") and values["reached"])
    for name, (values, report) in found.items():
        if values["reached"]:
            values["loligo_times_faster"] = values["ns_per_cell_and_ms"] / ours
        bench.record("precision", {"solver": name, "peer": name.split(",")[0]}, values, report)
    table(["solver", "dt, ms", "error, ms", "M updates/s", "ns per cell and ms", "Loligo's best is times faster"],
          [row_of(name, *pair) for name, pair in found.items()])
    print(f"a squid cell at 1000 pA; error of the 69th spike, which RK4 puts {exact:.4f} ms after the current starts")
