"""A3. A picture through two fully connected layers, Hodgkin-Huxley against tv-LIF, on 1, 2 and 4 ranks."""
import hashlib

import numpy as np

from lab import HH, TV_LIF, as_tv_lif, read_model

SIDE = 28  # pixels
LEVEL = -40  # mV
RANKS = (1, 2, 4)


def draw_digit():
    """A picture of 28 x 28 grey values from 0 to 255: a nought, drawn with a soft brush along an ellipse."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    distance = np.hypot(x / 0.75, y) - 9
    return np.round(255 * np.exp(-(distance / 1.5) ** 2))


def hidden_currents(picture, seed=784, hidden=128):
    """W01' pixels in pA; the weights are normal, with a mean and a spread that make currents of 1500 +- 1200 pA."""
    noise = np.random.RandomState(seed).normal(0, 1, (picture.size, hidden))
    weights = 1500 / picture.sum() + 1200 / np.linalg.norm(picture) * noise
    return weights.T @ picture.ravel()


def make_model(duration=40):
    model = read_model("fully_connected")
    model["simulation"]["duration"] = f"{duration} ms"
    model["populations"]["hidden"]["params"]["I_e"] = [round(float(i), 3) for i in hidden_currents(draw_digit())]
    return model


def measure(lab, duration=40, ranks=RANKS):
    """{(kind, ranks): (times, raster[frames, 10] of what is above the level, checksum of all spikes)}."""
    measured = {}
    for kind, model in (("hh", make_model(duration)), ("tv_lif", as_tv_lif(make_model(duration)))):
        for n in ranks:
            result = lab.run(f"fully_connected/{kind}_on_{n}", model, n)
            output = result.state("output")
            measured[kind, n] = output.times, output[:] > LEVEL, result.report["spikes_checksum"]
    return measured


def digest(raster):
    return hashlib.sha256(np.packbits(raster).tobytes()).hexdigest()[:16]


def draw(lab, measured, n):
    with lab.figure("fully_connected", 1, 2, size=(8, 3.6), width_ratios=(1, 3)) as (picture, raster):
        picture.imshow(draw_digit(), cmap="gray_r")
        picture.set(title="784 pixels", xticks=[], yticks=[])
        for kind, color, shift in (("hh", HH, -0.2), ("tv_lif", TV_LIF, 0.2)):
            times, above, _ = measured[kind, n]
            for cell in range(above.shape[1]):
                raster.fill_between(times, cell + shift - 0.17, cell + shift + 0.17, where=above[:, cell],
                                    color=color, lw=0)
        raster.set(title="outputs above -40 mV (blue Hodgkin-Huxley, red tv-LIF)", xlabel="time in ms", ylabel="output",
                   yticks=range(10), xlim=(0, times[-1]), ylim=(9.5, -0.5))


def run(lab):
    measured = measure(lab)
    draw(lab, measured, RANKS[0])
    reference = measured["hh", RANKS[0]][1]
    lab.table(["model", "ranks", "output spikes", f"differing samples of {reference.size}", "raster", "all spikes"],
              [[kind, n, np.sum(raster[1:] & ~raster[:-1]), np.sum(raster != reference), digest(raster), checksum]
               for (kind, n), (_, raster, checksum) in measured.items()])
