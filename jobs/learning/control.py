"""Control without gradients: cart-pole by evolution strategies, with spikes and without."""
from networks import COLOR

CELLS = 32
SOLVED = 475  # mean steps of ten episodes
KINDS = {
    "LIF": ({"model": "lif_step", "params": {"decay": 0.5, "threshold": 0.5}}, {}, {}, 40, (1, 2, 3)),
    "ReLU": ({"model": "relu"}, {}, {}, 40, (1, 2, 3)),
    "HH": ({"model": "hh_psc_exp", "params": {"I_e": "500 pA"}}, {"dt": "0.1 ms"}, {"gain": 500}, 60, (1, 2)),
}


def model(kind, seed, noise=0):
    population, simulation, synapse, generations, _ = KINDS[kind]
    law = {"normal": {"mean": 0, "std": 0.5}}
    return {"simulation": {"dt": "1 ms", "duration": "15 ms", "seed": seed, **simulation},
            "populations": {"state": {"model": "data_source", "size": 4}, "hidden": {**population, "size": CELLS},
                            "push": {"model": "readout", "size": 1}},
            "projections": [
                {"name": "w", "source": "state", "target": "hidden", "rule": "all_to_all", "weight": law,
                 "synapse": {"model": "dense", **synapse}},
                {"name": "v", "source": "hidden", "target": "push", "rule": "all_to_all", "weight": law,
                 "synapse": {"model": "dense", "bias": False}}],
            "learning": {"method": {"evolution": {"pairs": 16, "sigma": 0.3, "rate": 0.45, "episodes": 2}},
                         "environment": {"cart_pole": {"noise": noise}}, "epochs": generations}}


def train(lab, kind, seed, noise=0):
    return lab.run(f"control/{kind}_{seed}_{noise}", model(kind, seed, noise), lab.ranks)


def solved_at(result):
    """The first generation whose weights balance the pole, or None."""
    return next((k for k, steps in enumerate(result.training.evaluation.reward, 0) if steps >= SOLVED), None)


def run(lab):
    rows, curves = [], {}
    for kind, (*_, generations, seeds) in KINDS.items():
        results = [train(lab, kind, seed) for seed in seeds]
        noisy = [train(lab, kind, seed, 0.2) for seed in seeds] if kind != "HH" else []
        curves[kind] = results
        seconds = sum(result.report["run_seconds"] for result in results) / len(results)
        rows.append([kind, ", ".join(str(solved_at(result)) for result in results),
                     ", ".join(str(solved_at(result)) for result in noisy), f"{seconds:.1f} / {generations}"])
    lab.table(["units", "solved at generation, by seed", "with noise of 0.2", "s / generations"], rows)
    with lab.figure("control", size=(6, 3.6)) as axes:
        for kind, results in curves.items():
            for result in results:
                axes.plot(result.training.evaluation.reward, color=COLOR[kind], label=kind if result is results[0] else None)
        axes.set(xlabel="generation", title="steps that the pole stays up, mean of ten episodes")
        axes.legend()
