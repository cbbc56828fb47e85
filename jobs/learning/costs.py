"""What networks cost: seconds here, and the joules that their operations would take in hardware that is assumed."""

HEADER = ["units", "CPU s", "J", "multiply-adds", "updates", "events", "nJ: products", "cells", "memory", "weights",
          "trials (MB)", "tape (kB)"]


def trial(lab, name, model, result):
    """Counts and joules of one trial with the weights of a training, by their names in the report of an evaluation."""
    scored = lab.run(name, model, lab.ranks, begin_from=result.folder, **{"learning.epochs": 0})
    energy, trials = scored.report["energy"], scored.training.confusion.sum() / len(model["learning"]["loss"])
    counts = {**energy["counts"], "cell_updates": sum(energy["counts"]["cell_updates"].values())}
    return {key: value / trials for key, value in {**counts, **energy["joule"]}.items()}


def row(name, results, each):
    """Of units: trainings that differ in their seed, of which the fastest counts, and one trial."""
    report = results[0].report
    return [name, f"{min(result.cpu_seconds for result in results):.1f}",
            f"{report['energy']['joule']['sum']:.3g}",
            *(f"{each[key]:.0f}" for key in ("mac", "cell_updates", "synaptic_events")),
            *(f"{1e9 * each[key]:.1f}" for key in ("events", "updates", "memory")),
            report["learning"]["weights"], f"{1e-6 * report['learning']['trial_bytes']:.1f}",
            f"{1e-3 * report['learning']['tape_bytes']:.1f}"]


def show(lab, rows, result):
    """The table; of any of the results, where its joules come from."""
    assumed = result.report["energy"]["assumptions"]
    lab.table(HEADER, rows)
    print(f"CPU s and J: of a training, its tests included. Multiply-adds to nJ: of a trial, forward. Trials: what the "
          f"samples at work keep, tape: a block of cells. Joules are those of {assumed['table']} (addition "
          f"{assumed['fp32_add_pJ']} pJ, multiplication {assumed['fp32_mul_pJ']}, division {assumed['fp32_div_pJ']}, bit of "
          f"main memory {assumed['dram_pJ_per_bit']}), not this machine's.\n")
