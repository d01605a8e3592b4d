"""`runner schema` against experiment files: shipped ones pass, broken ones fail at the right place.

  schema_test.py RUNNER SOURCE

Checked by jsonschema, which says where, and by taplo, which editors use.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

try:
    import jsonschema
except ImportError:
    print("SKIPPED: no jsonschema; setup.sh installs tests/requirements.txt")
    sys.exit(77)

SMALL = """
[experiment]
name = "x"
[train]
generator_steps = 10
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
[loss]
plugin = "wasserstein"
"""

GOOD = {
    "every form of an axis": """[grid]
loss = ["bce", { plugin = "wasserstein" }]
"optimizer.learning_rate" = { log = [1e-5, 1e-3, 3] }
train.latent = { range = [2, 8, 2] }
dataset.sigma = { uniform = [0.01, 0.1] }
"enforcer.plugin" = { choice = ["clip", "none"] }
"optimizer.betas" = [[0.0, 0.9], [0.5, 0.999]]
optimizer.critic.kind = ["adamw", "sgd"]
""",
    "every section": """[optimizer]
kind = "adam"
schedule = "cosine"
schedule_steps = 100
critic = { learning_rate = 0 }
generator = "rmsprop"
[record]
every = 5
[evaluate]
metrics = ["modes", { plugin = "sliced_wasserstein", projections = 3 }]
[resources]
timeout = "5m"
[[zip]]
label = ["a", "b"]
dataset.modes = [2, 8]
"train.batch_size" = [1, 2]
[[when]]
if = 'enforcer == "clip"'
grid = { "enforcer.bound" = [0.01, 0.1] }
[[row]]
set = { enforcer = [{ plugin = "clip", bound = 1 }, "none"], train.latent = 3 }
[[override]]
if = 'loss == "bce"'
set = { "optimizer.kind" = "rmsprop", loss.generator = "saturating" }
[[exclude]]
if = 'loss == "bce"'
why = "x"
[[stop]]
if = 'gap > 1'
why = "x"
""",
    "one rule in single brackets": "[override]\nif = '1 == 1'\nset = { train.latent = 3 }\n",
    "several enforcers": "[[enforcer]]\nplugin = 'clip'\n[[enforcer]]\nplugin = 'none'\n",
}

# what: (text, where the fault lies, a word of the fault)
BROKEN = {
    "unknown section": ("[optimiser]\n", [], "optimiser"),
    "unknown setting": ("[record]\nevry = 3\n", ["record"], "evry"),
    "wrong type": ("[record]\nevery = 'ten'\n", ["record", "every"], "integer"),
    "below range": ("[record]\nevery = 0\n", ["record", "every"], "minimum"),
    "at an open end": ("[optimizer]\nbetas = [0.5, 1.0]\n", ["optimizer", "betas", 1], "maximum"),
    "one beta": ("[optimizer]\nbetas = [0.5]\n", ["optimizer", "betas"], "short"),
    "unknown optimiser": ("[optimizer]\nkind = 'adma'\n", ["optimizer", "kind"], "adma"),
    "unknown plugin": ("[enforcer]\nplugin = 'clp'\n", ["enforcer", "plugin"], "clp"),
    "unknown plugin by name": ("[evaluate]\nmetrics = ['modus']\n", ["evaluate", "metrics", 0], "modus"),
    "parameter of another plugin": ("[enforcer]\nplugin = 'none'\nbound = 1\n", ["enforcer"], "bound"),
    "parameter out of range": ("[enforcer]\nplugin = 'clip'\nbound = -1\n", ["enforcer", "bound"], "minimum"),
    "unknown choice": ("[grid]\n'train.precision' = ['fp23']\n", ["grid", "train.precision", 0], "fp23"),
    "axis that is a number": ("[grid]\n'train.latent' = 3\n", ["grid", "train.latent"], "3"),
    "axis of nothing": ("[grid]\n'train.latent' = []\n", ["grid", "train.latent"], "[]"),
    "axis misspelt": ("[grid]\n'train.latnt' = [3]\n", ["grid"], "train.latnt"),
    "axis value in a table": ("[grid]\ntrain.latent = [0]\n", ["grid", "train", "latent", 0], "minimum"),
    "enforcer in an axis": ("[grid]\nenforcer = [{ plugin = 'clip', bund = 1 }]\n", ["grid", "enforcer", 0], "bund"),
    "range of two": ("[grid]\n'train.latent' = { range = [1, 2] }\n", ["grid", "train.latent", "range"], "short"),
    "choice out of range": ("[grid]\n'train.latent' = { choice = [0] }\n", ["grid", "train.latent", "choice", 0], "minimum"),
    "zip misspelt": ("[[zip]]\n'train.latnt' = [3]\n", ["zip", 0], "train.latnt"),
    "override without set": ("[[override]]\nif = '1 == 1'\n", ["override", 0], "set"),
    "override of a wrong value": ("[[override]]\nif = '1 == 1'\nset = { train.latent = 0 }\n",
                                  ["override", 0, "set", "train", "latent"], "minimum"),
    "exclude with an empty reason": ("[[exclude]]\nif = '1 == 1'\nwhy = ' '\n", ["exclude", 0, "why"], "match"),
    "section of a later version": ("[budget]\nwall = '1h'\n", [], "budget"),
}


def faults(validator, text):
    return [(list(e.absolute_path), e.message) for e in validator.iter_errors(tomllib.loads(text))]


def taplo(schema, text, folder):
    """Whether taplo accepts the text."""
    program = pathlib.Path(sys.executable).parent / "taplo"
    file = folder / "x.toml"
    file.write_text(text)
    ended = subprocess.run([program, "lint", "--no-auto-config", "--schema", f"file://{schema}", file],
                           capture_output=True, text=True, check=False)
    return ended.returncode == 0, ended.stderr


def main():
    runner, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    said = subprocess.run([runner, "schema"], capture_output=True, text=True, check=True)
    assert said.stderr == "", said.stderr
    schema = json.loads(said.stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    shipped = sorted((source / "experiments").rglob("*.toml"))
    assert len(shipped) >= 4, shipped
    good = {str(file): file.read_text() for file in shipped} | {what: SMALL + text for what, text in GOOD.items()}
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file = folder / "experiment.schema.json"
        file.write_text(said.stdout)
        for what, text in good.items():
            found = faults(validator, text)
            accepted, why = taplo(file, text, folder)
            if found or not accepted:
                wrong.append(f"{what}: refused: {found} {why}")
        for what, (text, path, word) in BROKEN.items():
            found = faults(validator, SMALL + text)
            if not any(at == path and word in message for at, message in found):
                wrong.append(f"{what}: expected '{word}' at {path}, got {found}")
        # An editor's word on some of them: each costs taplo a start.
        for what in ("unknown setting", "parameter out of range", "parameter of another plugin", "axis misspelt"):
            if taplo(file, SMALL + BROKEN[what][0], folder)[0]:
                wrong.append(f"{what}: taplo accepts it")
    print("\n".join(wrong) or f"{len(good)} good files pass, {len(BROKEN)} broken ones are refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
