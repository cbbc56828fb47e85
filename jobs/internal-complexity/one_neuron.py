"""A1. One Hodgkin-Huxley neuron against its four time-varying LIF units, in the exact and in the published order."""
import numpy as np

from lab import GREY, HH, TV_LIF, read_model

VARIANTS = ("hh", "tv_lif", "published")
STEPS = (0.01, 0.005, 0.002, 0.001, 0.0005)  # ms


def make_model(dt, duration, interval=None, current=4000):
    """one_neuron.yaml with another step, duration and frame interval (ms) and current (pA)."""
    model = read_model("one_neuron")
    model["simulation"] |= {"dt": f"{dt} ms", "duration": f"{duration} ms"}
    for name in VARIANTS:
        model["populations"][name]["params"]["I_e"] = f"{current} pA"
        model["record"]["state"][name] |= {"interval": f"{interval or dt} ms", "variables": ["V_m"]}
    return model


def potentials(result):
    """Times and {variant: potential}."""
    traces = {name: result.state(name) for name in VARIANTS}
    return traces["hh"].times, {name: trace[:, 0] for name, trace in traces.items()}


def differences(v):
    """Largest |V_HH - V| in mV of both orders."""
    return {name: float(np.abs(v["hh"] - v[name]).max()) for name in VARIANTS[1:]}


def drift(result):
    """By how much (ms) the published order has moved the last spike that it and HH have in common."""
    hh, published = (result.spikes[name].times for name in ("hh", "published"))
    last = min(len(hh), len(published)) - 1
    return float(published[last] - hh[last])


def simulate(lab, dt=0.001, duration=40, interval=None, current=4000):
    return lab.run(f"one_neuron/dt_{dt}_for_{duration}_at_{current}", make_model(dt, duration, interval, current))


def reference(lab, interval):
    """The same neuron by the integrator of second order, at dt 0.0001 ms."""
    model = make_model(0.0001, 40, interval)
    model["populations"] = {"hh": model["populations"]["hh"]}
    model["populations"]["hh"]["params"]["integrator"] = "staggered_crank_nicolson"
    model["record"]["state"] = {"hh": model["record"]["state"]["hh"]}
    return lab.run("one_neuron/reference", model).state("hh")[:, 0]


def converge(lab, steps=STEPS):
    """For each step (ms): difference from HH in forward Euler, and error of each variant against the reference (mV)."""
    fine = reference(lab, steps[0])
    rows = []
    for dt in steps:
        _, v = potentials(simulate(lab, dt))
        stride = round(steps[0] / dt)
        rows.append((differences(v), {name: float(np.abs(v[name][::stride] - fine).max()) for name in VARIANTS}))
    return rows


def draw_traces(lab, t, v):
    with lab.figure("one_neuron", 3, size=(7, 5.5), sharex=True, height_ratios=(2, 1, 1)) as (trace, exact, published):
        trace.plot(t, v["hh"], color=HH, lw=3, alpha=0.4, label="Hodgkin-Huxley")
        trace.plot(t, v["tv_lif"], color=TV_LIF, lw=0.9, label="tv-LIF")
        trace.set(title="potential in mV, 4000 pA, forward Euler, dt 0.001 ms")
        trace.legend(loc="upper right", ncols=2)
        exact.plot(t, (v["hh"] - v["tv_lif"]) * 1e12, color=TV_LIF)
        exact.set(title="difference, exact order, in 1e-12 mV")
        published.plot(t, v["hh"] - v["published"], color=GREY)
        published.set(title="difference, published order, in mV", xlabel="time in ms", xlim=(t[0], t[-1]))


def draw_convergence(lab, rows):
    with lab.figure("one_neuron_convergence", 1, 2, size=(7, 3)) as (apart, error):
        for name, color in (("published", GREY), ("tv_lif", TV_LIF)):
            apart.loglog(STEPS, [differences[name] for differences, _ in rows], "o-", color=color)
        for name, color, line in (("published", GREY, "o-"), ("tv_lif", TV_LIF, "o-"), ("hh", HH, "x")):
            error.loglog(STEPS, [errors[name] for _, errors in rows], line, color=color, ms=5)
        apart.set(xlabel="dt in ms", title="to HH, in mV (grey published, red exact)")
        error.set(xlabel="dt in ms", title="to the solution, in mV (crosses: HH)")


def run(lab):
    draw_traces(lab, *potentials(simulate(lab)))
    rows = converge(lab)
    draw_convergence(lab, rows)
    print("Largest difference of V_m over 40 ms at 4000 pA, in mV:\n")
    lab.table(["dt (ms)", "exact order to HH", "published order to HH", "HH to the solution", "exact to the solution",
               "published to the solution"],
              [[dt, f"{d['tv_lif']:.2g}", f"{d['published']:.4g}", *(f"{e[name]:.4g}" for name in VARIANTS)]
               for dt, (d, e) in zip(STEPS, rows)])
    run_long(lab)


def run_long(lab):
    rows = []
    for dt, current in ((0.001, 1000), (0.001, 4000), (0.01, 1000)):
        result = simulate(lab, dt, duration=10000, interval=0.01, current=current)
        apart = differences(potentials(result)[1])
        rows.append([dt, current, f"{apart['tv_lif']:.2g}", f"{apart['published']:.4g}", f"{drift(result):.2f}"])
    print("Over 10 s, frames every 0.01 ms:\n")
    lab.table(["dt (ms)", "current (pA)", "exact order to HH (mV)", "published order to HH (mV)",
               "its last spike moved by (ms)"], rows)
