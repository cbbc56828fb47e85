"""A pattern, learned by e-prop."""
import os
import subprocess
import sys

from networks import HERE


def run(lab):
    subprocess.run([sys.executable, os.path.join(HERE, "pattern/run"), "--program", lab.program, "--results",
                    lab.path("pattern")], check=True)
