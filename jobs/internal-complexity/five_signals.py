"""A4. A chain of two neurons under five signals: Hodgkin-Huxley against s-LIF2HH, and how far the agreement reaches."""
import collections

import numpy as np

from lab import HH, S_LIF, read_model

DURATION = 80  # ms that count; the runs are longer by what the delays need
PERIOD = 8.5  # ms
PA = 100  # per uA/cm2
LAG_HH, LAG_LIF = 2 * 0.001, 2 * 1.0  # ms: the delay, and a step, at whose begin the paper has its spikes

# wave(t, amplitude, frequency): current in uA/cm2 at t (ms). drive(amplitude, frequency): the same as an input of the
# model file. Both factors are 1 in the paper; the amplitude multiplies what moves, the frequency shortens the period.
Signal = collections.namedtuple("Signal", "wave drive")


def square_wave(t, amplitude, frequency):
    period = PERIOD / frequency
    return 9 - amplitude * 15.5 * np.sign(np.mod(np.floor(t), period) - (period - 1) / 2 - 0.001)


def steps(values):
    """An input of one value (uA/cm2) per millisecond."""
    return {"model": "steps", "times": list(range(len(values))), "amplitudes": [float(PA * value) for value in values]}


SIGNALS = {
    "const": Signal(lambda t, a, w: 9 * a + 0 * t, lambda a, w: {"model": "dc", "amplitude": PA * 9 * a}),
    "sine": Signal(
        lambda t, a, w: 11.5 - a * 19 * np.sin(1.2 * w * t),
        lambda a, w: {"model": "sine", "offset": PA * 11.5, "amplitude": -PA * 19 * a, "frequency": 600 * w / np.pi}),
    "square": Signal(square_wave, lambda a, w: steps(square_wave(np.arange(DURATION + 2), a, w))),
    "sawtooth": Signal(
        lambda t, a, w: 17.5 + a * 5.5 * (2 * np.mod(t * w / PERIOD, 1) - 1),
        lambda a, w: {"model": "sawtooth", "offset": PA * 17.5, "amplitude": PA * 5.5 * a, "period": PERIOD / w}),
    "triangle": Signal(
        lambda t, a, w: 8.75 + a * 1.75 * (4 * np.abs(np.mod(t * w / PERIOD, 1) - 0.5) - 1),
        lambda a, w: {"model": "triangle", "offset": PA * 8.75, "amplitude": -PA * 1.75 * a, "period": PERIOD / w}),
}
PUBLISHED = [(1.0, 1.0)]

# Of the second neurons; interval and error are NaN where counts differ.
Comparison = collections.namedtuple("Comparison", "n_hh n_lif interval error")


def millisecond_means(wave, amplitude, frequency):
    """Mean of a signal over each millisecond, from the thousand values that the Hodgkin-Huxley side is given in it."""
    t = (np.arange(1000 * (DURATION + 2)) + 0.5) / 1000
    return wave(t, amplitude, frequency).reshape(-1, 1000).mean(axis=1)


def make_models(signal, points):
    """The two chains, one of each for every point (amplitude, frequency) of a scan."""
    hh, lif = read_model("five_signals"), read_model("five_signals_s_lif")
    for model in (hh, lif):
        for population in ("first", "second"):
            model["populations"][population] = {**model["populations"][population], "size": len(points)}
    plain = [(f"signal{i}", f"first[{i}]", point) for i, point in enumerate(points)]
    hh["inputs"] = {name: {**signal.drive(*point), "target": target} for name, target, point in plain}
    lif["inputs"] = {name: {**steps(millisecond_means(signal.wave, *point)), "target": target}
                     for name, target, point in plain}
    return hh, lif


def trains(result, n, lag):
    """Spike times (ms) of each of the n second neurons, as the paper has them."""
    cells, times = result.spikes["second"]
    times = times - lag
    return [times[(cells == cell) & (times < DURATION - 1e-9)] for cell in range(n)]


def compare(hh, lif):
    """The paper's metrics of two trains: difference of the mean intervals (ms), mean distance over mean interval."""
    if len(hh) != len(lif) or len(hh) < 2:
        return Comparison(len(hh), len(lif), np.nan, np.nan)
    interval = np.diff(hh).mean()
    return Comparison(len(hh), len(lif), np.diff(lif).mean() - interval, np.abs(lif - hh).mean() / interval)


def measure(lab, name, points=tuple(PUBLISHED), ranks=1):
    """The trains of both sides at every point of a scan."""
    hh, lif = make_models(SIGNALS[name], points)
    kind = f"five_signals/{name}" + ("_scan" if len(points) > 1 else "")
    return (trains(lab.run(kind + "_hh", hh, ranks), len(points), LAG_HH),
            trains(lab.run(kind + "_s_lif", lif), len(points), LAG_LIF))


def draw_trains(lab, measured):
    t = np.linspace(0, DURATION, 4001)
    with lab.figure("five_signals", len(measured), size=(7, 7), sharex=True) as axes:
        for (name, (hh, lif)), panel in zip(measured.items(), axes):
            panel.plot(t, SIGNALS[name].wave(t, 1, 1), color="#bbbbbb")
            low, high = panel.get_ylim()
            panel.vlines(hh[0], low, (low + high) / 2, color=HH, lw=1.6, label="Hodgkin-Huxley")
            panel.vlines(lif[0], (low + high) / 2, high, color=S_LIF, lw=1.6, label="s-LIF2HH")
            panel.set_title(f"{name}, uA/cm2: {len(hh[0])} spikes of the second HH, {len(lif[0])} of s-LIF2HH")
        axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.95), ncols=2)
        axes[-1].set(xlabel="time in ms", xlim=(0, DURATION))


def scan(lab, name, amplitudes, frequencies):
    """A comparison for each pair of factors: [frequency][amplitude]."""
    points = [(float(a), float(w)) for w in frequencies for a in amplitudes]
    pairs = [compare(hh, lif) for hh, lif in zip(*measure(lab, name, points, lab.ranks))]
    return np.array(pairs).reshape(len(frequencies), len(amplitudes), len(Comparison._fields))


def draw_scan(lab, scans, amplitudes, frequencies):
    half = (amplitudes[1] - amplitudes[0]) / 2
    extent = [end + sign * half for axis in (amplitudes, frequencies) for end, sign in ((axis[0], -1), (axis[-1], 1))]
    shading = {"origin": "lower", "aspect": "auto", "extent": extent}
    with lab.figure("five_signals_scan", 2, len(scans), size=(10, 5), sharex=True, sharey=True) as axes:
        for (name, found), counts, errors in zip(scans.items(), *axes):
            difference = counts.imshow(found[:, :, 1] - found[:, :, 0], cmap="RdBu_r", vmin=-10, vmax=10, **shading)
            error = errors.imshow(found[:, :, 3], cmap="viridis_r", vmin=0, vmax=0.5, **shading)
            errors.set(facecolor="#dddddd", xlabel="amplitude, 1: the paper's")
            counts.set_title(name)
            for panel in (counts, errors):
                panel.plot(1, 1, "+", color="black", ms=9, mew=1.5)
        for panel in axes[:, 0]:
            panel.set_ylabel("frequency, 1: the paper's")
        axes[0, 0].figure.colorbar(difference, ax=axes[0, :], label="spikes of s-LIF2HH more than of HH")
        axes[0, 0].figure.colorbar(error, ax=axes[1, :], label="error (grey: counts differ)")


def summarise(name, found):
    """What part of a scan agrees in the number of spikes, and in their times too."""
    equal = np.isfinite(found[:, :, 3])
    return [name, equal.size, f"{100 * equal.mean():.0f} %", f"{100 * (found[:, :, 3] < 0.1).mean():.0f} %",
            f"{np.nanmin(found[:, :, 3]):.4f}" if equal.any() else "-"]


def run(lab):
    measured = {name: measure(lab, name) for name in SIGNALS}
    draw_trains(lab, measured)
    print("Second neurons over 80 ms, signals as in the paper:\n")
    rows = [[name, *compare(hh[0], lif[0])] for name, (hh, lif) in measured.items()]
    lab.table(["signal", "HH spikes", "s-LIF2HH spikes", "interval difference (ms)", "error"],
              [[name, n_hh, n_lif, *(f"{x:.4f}" if np.isfinite(x) else "-" for x in numbers)]
               for name, n_hh, n_lif, *numbers in rows])
    amplitudes = frequencies = np.linspace(0.5, 1.5, 41 if lab.long else 21)
    scans = {name: scan(lab, name, amplitudes, frequencies) for name in SIGNALS if name != "const"}
    draw_scan(lab, scans, amplitudes, frequencies)
    scans["const"] = scan(lab, "const", np.linspace(0.5, 1.5, 101), [1.0])
    print("Scans of amplitude and frequency from half to one and a half times the paper's (const: amplitude only):\n")
    lab.table(["signal", "points", "same number of spikes", "and an error below 0.1", "smallest error"],
              [summarise(name, scans[name]) for name in SIGNALS])
