# SPDX-License-Identifier: Apache-2.0
import shutil

from servers.daemon import Daemon


class Postgrey:
    """Greylisting for Postfix: `check_policy_service inet:127.0.0.1:PORT`. Who was put off passes after
    `delay` seconds. `text` is what it says; `%s` stands for the seconds that are left."""

    def __init__(self, directory, port, delay=300, text=None):
        database = directory / "database"
        database.mkdir()
        shutil.chown(database, "postgrey", "postgrey")
        options = [f"--inet=127.0.0.1:{port}", f"--dbdir={database}", f"--delay={delay}", "--user=postgrey",
                   "--group=postgrey", "--auto-whitelist-clients=0", "--listen-queue-size=20"]
        self._daemon = Daemon("postgrey", directory,
                              ["postgrey", *options, *([f"--greylist-text={text}"] if text else [])])
        self._daemon.wait_for_port("127.0.0.1", port)

    def stop(self):
        self._daemon.stop()
