"""A site that can be killed and is up again within a few milliseconds.

`python tests/crash/site.py` takes a listening socket, loads the application once, and for every line on its standard
input forks a process that serves, then prints its number. The socket outlives the killed process, so whoever connects
meanwhile waits. Served is the real application on its real settings; only the server round it is a plain one.
"""

import os
import signal
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from werkzeug.serving import make_server  # noqa: PLC0415 - the checkout is not installed

    from app import create_app  # noqa: PLC0415

    app = create_app()  # opens no connection: each forked process makes its own
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    listener.set_inheritable(True)
    print(listener.getsockname()[1], flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed leave nothing behind
    for _line in sys.stdin:
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin.close()
            host, port = listener.getsockname()[:2]
            make_server(host, port, app, threaded=True, fd=listener.fileno()).serve_forever()
        print(number, flush=True)


if __name__ == "__main__":
    main()
