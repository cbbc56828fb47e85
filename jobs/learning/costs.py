"""What networks cost: seconds here, and the joules that their operations would take in hardware that is assumed."""

HEADER = ["units", "s per epoch", "J per training", "multiply-adds", "updates", "events", "nJ: products", "cells", "memory",
          "weights", "tape (bytes)"]


def trial(lab, name, model, result):
    """Counts and joules of one trial with the weights of a training, by their names in the report of an evaluation."""
    scored = lab.run(name, model, lab.ranks, begin_from=result.folder, **{"learning.epochs": 0})
    energy, trials = scored.report["energy"], scored.training.confusion.sum() / len(model["learning"]["loss"])
    counts = {**energy["counts"], "cell_updates": sum(energy["counts"]["cell_updates"].values())}
    return {key: value / trials for key, value in {**counts, **energy["joule"]}.items()}


def row(name, results, each):
    """Of units: trainings that differ in their seed, of which the fastest epoch counts, and one trial."""
    report = results[0].report
    return [name, f"{min(result.training.seconds.min() for result in results):.2f}",
            f"{report['energy']['joule']['sum']:.3g}",
            *(f"{each[key]:.0f}" for key in ("mac", "cell_updates", "synaptic_events")),
            *(f"{1e9 * each[key]:.1f}" for key in ("events", "updates", "memory")),
            report["learning"]["weights"], report["learning"]["tape_bytes"]]


def show(lab, rows, result):
    """The table; of any of the results, where its joules come from."""
    assumed = result.report["energy"]["assumptions"]
    lab.table(HEADER, rows)
    print(f"Multiply-adds to memory: of a trial, forward. Joules are those of {assumed['table']} (addition "
          f"{assumed['fp32_add_pJ']} pJ, multiplication {assumed['fp32_mul_pJ']}, division {assumed['fp32_div_pJ']}, bit of "
          f"main memory {assumed['dram_pJ_per_bit']}), not this machine's.\n")
