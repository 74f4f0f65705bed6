"""The engine runs where there is no Django, no Celery and none of the apps."""

import subprocess
import sys
from pathlib import Path

import kpi.engine

ROOT = Path(kpi.engine.__file__).parent
ABSENT = ("django", "celery", "accounts", "notifications", "tickets", "intake", "kpiweb", "kpi.models")
PROGRAM = f"""
import importlib, sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
for name in sys.argv[1:]:
    importlib.import_module(name)
foreign = {{name.split(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names) - {{"kpi", "__main__"}}
print(sorted(name for name in foreign if sys.modules[name] and "site-packages" in str(sys.modules[name].__file__)))
"""


def test_every_module_imports_with_the_standard_library_alone() -> None:
    files = [path.relative_to(ROOT).with_suffix("") for path in sorted(ROOT.rglob("*.py"))]
    names = [".".join(("kpi.engine", *file.parts)).removesuffix(".__init__") for file in files]
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *names], cwd=ROOT.parent.parent, capture_output=True, text=True, check=False
    )
    assert len(names) >= 10
    assert run.stderr == ""
    assert set(eval(run.stdout)) <= {"tzdata"}
