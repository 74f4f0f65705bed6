"""Find the machine's Chromium; browser tests never bring one of their own."""

import shutil
from pathlib import Path

MISSING = "Chromium is missing. Mend it: sudo apt-get install -y --no-install-recommends chromium"
FLAGS = [
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MAC = "/Applications/Chromium.app/Contents/MacOS/Chromium"


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    if Path(MAC).exists():
        return MAC
    raise RuntimeError(MISSING)
