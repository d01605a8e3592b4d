"""The command that made a sweep, as sweep.toml has it: the page prints it, so that a verdict says of what it is."""
import pathlib
import re
import shlex
import tomllib

from study import Unfit

# Where, how fast and with how many words: at most roundings depend on it.
WITH_VALUE = {"--results", "--jobs", "--threads", "--pack", "--device", "--redo"}
ALONE = {"--quiet", "--json"}


def what_is_trained(words):
    """Of a command's words those that say it: `-q --set a=1 --jobs 2` is `--set a=1`."""
    kept, value = [], False
    for word in words:
        name, _, given = word.partition("=")
        if value:
            value = False
        elif name in WITH_VALUE:
            value = not given
        elif re.fullmatch("-q*j.*|-q+", word):
            value = word.endswith("j")
        elif name not in ALONE:
            kept.append(word)
    return kept


def read(folder):
    try:
        return tomllib.loads((folder / "sweep.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unfit(f"{folder}/sweep.toml, which has the command, cannot be read ({error})") from None


def command(folder, name, sweep):
    """The command of the sweep; its experiment must be the one whose claims are judged."""
    origin = read(folder)
    file, made = pathlib.Path(origin["sweep"]["file"]), origin["provenance"]
    if (made["folder"] / file).parts[-2:] != ("experiments", f"{name}.toml"):
        raise Unfit(f"{folder} was made from {file}, not from experiments/{name}.toml")
    if {run["id"] for cell in origin["cell"] for run in cell["runs"]} != set(sweep.file["run_id"].asstr()[:]):
        raise Unfit(f"{folder}/sweep.h5 has other runs than sweep.toml: `build/runner collect {folder}` makes it anew")
    flags = [word for word in what_is_trained(made["command"][2:]) if pathlib.Path(word) != file]
    return shlex.join(["build/runner", "sweep", f"experiments/{name}.toml", *flags])
