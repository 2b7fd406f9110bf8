"""JupyterLab that ends with the process that started it, however that one ended. Started by scripts/lab.ts."""
import os
import signal
import sys
import threading
import time


def end_with_parent(parent=os.getppid()):
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


if os.name == "posix":
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # its terminal was closed
    threading.Thread(target=end_with_parent, daemon=True).start()

from jupyterlab.labapp import main  # noqa: E402

sys.argv[0] = "jupyter-lab"
sys.exit(main())
