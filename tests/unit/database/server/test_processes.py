import subprocess
import sys

from linli.database.server.processes import is_of, wait


def test_a_server_whose_name_only_begins_alike_is_a_stranger() -> None:
    command = [sys.executable, "-c", "input()", "--cluster_name=linli-1-23"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert wait(lambda: is_of(process.pid, "linli-1-23"), 5)
        assert not is_of(process.pid, "linli-1-2")
        assert not is_of(process.pid, "linli-1-234")
        process.kill()
        assert wait(lambda: not is_of(process.pid, "linli-1-23"), 5)
