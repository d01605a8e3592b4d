"""Is this Python environment complete?  check_python.py REQUIREMENTS...

Prints one line for each pinned package that is missing or of another version, and for each installed package that lost
files (an installation that was interrupted, a disk that was full); exit status 1 where there is any. Imports nothing
of what it checks, so it takes a second.
"""

import importlib.metadata
import os
import sys


def pinned(paths):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                name, _, version = line.partition("#")[0].strip().partition("==")
                if name:
                    yield name, version


def damage(package):
    if package.read_text("INSTALLER") is None:  # pip writes it last but for RECORD
        return "is half installed"
    for file in package.files or []:
        if file.suffix == ".pyc" or ".." in file.parts:
            continue
        try:
            size = os.stat(package.locate_file(file)).st_size
        except OSError:
            return f"has lost {file}"
        if file.size is not None and size != file.size:
            return f"has a damaged {file}"
    return None


def main(paths):
    faults = []
    for name, version in pinned(paths):
        try:
            found = importlib.metadata.version(name)
            if found is None or found.partition("+")[0] != version:
                faults.append(f"{name} is {found}, not {version}")
        except importlib.metadata.PackageNotFoundError:
            faults.append(f"{name} {version} is missing")
    for package in importlib.metadata.distributions():
        fault = damage(package)
        if fault:
            faults.append(f"{package.metadata['Name']}=={package.version} {fault}")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
