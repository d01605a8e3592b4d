"""docs/findings.py: every experiment has its section, and one is made from a sweep that is trained for it.

Usage: findings_test.py SOURCE BUILD
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])


def main():
    page = (SOURCE / "docs/findings.md").read_text()
    sections = re.findall(r"^<!-- (\w+) -->$", page, re.M)
    experiments = {file.stem for file in (SOURCE / "experiments").glob("*.toml")} - {"smoke"}
    named = set(sections) - {"end", "verdicts"}
    assert named == experiments, f"docs/findings.md and experiments/ differ in {sorted(named ^ experiments)}"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "findings").mkdir()
        shutil.copy(SOURCE / "docs/findings.md", folder)
        command = [sys.executable, SOURCE / "docs/findings.py", "--run", "divergences", "--results", folder / "results", "--into", folder,
                   "--runner", BUILD / "runner"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert ended.stdout == "divergences: confirmed; confirmed; confirmed\n", ended.stdout
        written = (folder / "findings.md").read_text()
        assert "35 runs done" in written and "| theta=0.5 |" in written, written
        assert written.split("<!-- divergences -->")[0] == page.split("<!-- divergences -->")[0]
        assert (folder / "findings/divergences.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        rows = (folder / "findings/divergences.csv").read_text().splitlines()
        assert rows[0] == "cell,quantity,median,least,greatest,seeds" and len(rows) == 1 + 5 * 7, rows


main()
