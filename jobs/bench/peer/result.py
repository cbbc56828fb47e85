"""What the scripts of a peer have in common: how they tell a result."""
import json


def crossings(times, values):
    """Times at which values pass 0 upwards, by linear interpolation."""
    found = []
    for i in range(1, len(values)):
        if values[i - 1] < 0 <= values[i]:
            found.append(times[i - 1] + (times[i] - times[i - 1]) * values[i - 1] / (values[i - 1] - values[i]))
    return found


def tell(seconds, times, values, rest):
    """Prints JSON: seconds of the run, and spikes (ms after `rest`) of a trace (ms, mV)."""
    print(json.dumps({"seconds": seconds, "spikes": [float(t) - rest for t in crossings(times, values)]}))
