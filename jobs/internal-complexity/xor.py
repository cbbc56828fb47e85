"""A2. Exclusive or by three neurons and level synapses, Hodgkin-Huxley against tv-LIF."""
import numpy as np

from lab import HH, TV_LIF, as_tv_lif, read_model

PAIRS = [(40, 40), (40, 0), (0, 40), (0, 0)]
LEVEL = -40  # mV
SAMPLES = 39999  # of the paper's rasters


def measure(lab):
    """Results of both networks: {kind: (times, potentials[frames, 4], spikes of each output)}."""
    measured = {}
    for kind, model in (("hh", read_model("xor")), ("tv_lif", as_tv_lif(read_model("xor")))):
        result = lab.run(f"xor/{kind}", model)
        output = result.state("output")
        measured[kind] = output.times, output[:], np.bincount(result.spikes["output"].ids, minlength=4)
    return measured


def differing_samples(measured):
    """Samples of each output's raster (is it above the level?) that differ between the two."""
    hh, tv_lif = (measured[kind][1][:SAMPLES] > LEVEL for kind in ("hh", "tv_lif"))
    return np.sum(hh != tv_lif, axis=0)


def draw(lab, measured):
    t, hh, _ = measured["hh"]
    _, tv_lif, _ = measured["tv_lif"]
    with lab.figure("xor", 4, size=(7, 6), sharex=True, sharey=True) as axes:
        for row, (pair, panel) in enumerate(zip(PAIRS, axes)):
            panel.plot(t, hh[:, row], color=HH, lw=3, alpha=0.4, label="Hodgkin-Huxley")
            panel.plot(t, tv_lif[:, row], color=TV_LIF, lw=0.9, label="tv-LIF")
            panel.axhline(LEVEL, color="#bbbbbb", lw=0.6)
            panel.set_title(f"output in mV for inputs of {pair[0]} and {pair[1]} uA/cm2")
        axes[0].legend(loc="upper right", ncols=2)
        axes[-1].set(xlabel="time in ms", xlim=(0, 40))


def run(lab):
    measured = measure(lab)
    draw(lab, measured)
    apart = np.abs(measured["hh"][1] - measured["tv_lif"][1]).max(axis=0)
    print("Spikes of the output in 40 ms:\n")
    columns = zip(PAIRS, measured["hh"][2], measured["tv_lif"][2], differing_samples(measured), apart)
    lab.table(["inputs (uA/cm2)", "HH", "tv-LIF", f"differing samples of {SAMPLES}", "largest difference (mV)"],
              [[f"{first}, {second}", hh, tv_lif, samples, f"{difference:.2g}"]
               for (first, second), hh, tv_lif, samples, difference in columns])
