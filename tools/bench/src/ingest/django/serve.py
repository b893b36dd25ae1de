"""Starts gunicorn on a free port, and tells it on the first line: serve.py <folder for nothing> gunicorn <options> <task>."""

import os
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
port = listener.getsockname()[1]
listener.listen(1024)
os.set_inheritable(listener.fileno(), True)
print(port, flush=True)
os.chdir(os.path.dirname(os.path.abspath(__file__)))
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
options = sys.argv[3:-1]
os.execvp(sys.executable, [sys.executable, "-m", "gunicorn", *options, "--bind", f"fd://{listener.fileno()}", "app:application"])
