"""What networks cost: seconds here, and the joules that the operations would take in hardware that is assumed."""
import statistics

HEADER = ["s per epoch", "J per training", "nJ per trial", "of these cells", "multiply-adds", "updates", "events",
          "weights", "tape (bytes)"]  # multiply-adds and what follows: of a trial; then of the network


def trial(lab, name, model, result):
    """Counts and joules of one trial with the weights of a training, by their names in the report of an evaluation."""
    scored = lab.run(name, model, lab.ranks, begin_from=result.folder, **{"learning.epochs": 0})
    energy, trials = scored.report["energy"], scored.training.confusion.sum() / len(model["learning"]["loss"])
    counts = {**energy["counts"], "cell_updates": sum(energy["counts"]["cell_updates"].values())}
    return {key: value / trials for key, value in {**counts, **energy["joule"]}.items()}


def columns(results, each):
    """Of trainings that differ in their seed, and of one trial."""
    learning = results[0].report["learning"]
    return [f"{statistics.mean(result.training.seconds.mean() for result in results):.2f}",
            f"{results[0].report['energy']['joule']['sum']:.3g}", f"{each['sum'] * 1e9:.0f}",
            f"{each['updates'] * 1e9:.1f}", *(f"{each[key]:.0f}" for key in ("mac", "cell_updates", "synaptic_events")),
            learning["weights"], learning["tape_bytes"]]


def print_assumption(result):
    """Under a table: where its joules come from."""
    assumed = result.report["energy"]["assumptions"]
    print(f"Joules: {assumed['table']} ({assumed['fp32_add_pJ']} pJ an addition, {assumed['fp32_mul_pJ']} a multiplication, "
          f"{assumed['fp32_div_pJ']} a division, {assumed['dram_pJ_per_bit']} a bit of main memory), not this machine.\n")
