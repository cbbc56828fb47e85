"""What tests of the energy in a report share, of simulations and of trainings."""
from loligo_test import check, equal


def close(got, wanted, size, what):
    check(abs(got - wanted) <= 1e-8 * size, f"{what}: {got} instead of {wanted}")


def check_linear(energy_of, *settings, idle=()):
    """Whatever price is replaced, counts stay, and the sum moves by that price times what it is paid for; all parts
    together are the sum, without those of prices in `idle`, which are paid for nothing. `energy_of` runs with arguments."""
    base = energy_of("base", *settings, "--overwrite")
    parts = 0
    for key, price in base["assumptions"].items():
        if key == "table" or key in idle or price is None:
            continue
        twice = energy_of("twice", *settings, f"--set=energy.{key}={2 * price}", "--overwrite")
        equal(twice["counts"], base["counts"], f"counts whatever {key}")
        equal(twice["assumptions"], {**base["assumptions"], key: 2 * price}, "assumptions")
        part = twice["joule"]["sum"] - base["joule"]["sum"]
        check(part > 0, f"{key} is of any effect")
        parts += part
    close(parts, base["joule"]["sum"], base["joule"]["sum"], "all assumptions together")


def check_measured(energy):
    """What was measured, or why nothing was; never nothing."""
    measured = energy["measured"]
    if measured["rapl_package_joule"] is None:
        check(measured["reason"], "why nothing was measured")
    else:
        check(measured["rapl_package_joule"] > 0 and "reason" not in measured, "what was measured")
