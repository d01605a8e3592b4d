"""The architecture's sentences, kept true by reading the includes.

  include_rules.py ROOT          checks the tree and prints each breach with its place
  include_rules.py --self-test   checks that every rule can be broken, on a tree of its own
"""

import pathlib
import re
import sys
import tempfile

TORCH = r"(torch|ATen|c10|caffe2)/"
TOML = r"toml\+\+/|toml\.hpp|toml\.h"
HDF5 = r"hdf5(_hl)?\.h|H5.*\.h|hdf5/"
HOST = r"(plugin|sweep|schedule|train|measure|record|report|worker|cli|conform|verify|picture|pack|kernels|stacked|cuda)/"

# (files, what they may not include, why). The files are a regular expression over paths from the root.
FORBIDDEN = [
    (r"framework/sdk/", HOST, "sdk/ is all that plugins see, so it includes nothing of the host"),
    (r"framework/sdk/|plugins/", r"torch/(torch|all)\.h", "torch/torch.h costs 23 s a file; torch/types.h has the tensors"),
    (r"plugins/", TORCH, "a plugin includes <monge/...>, the standard library and libraries that know no torch"),
    (r"framework/(?!record/)|plugins/(?!datasets/hdf5)", HDF5, "record/ alone knows HDF5, and the data set that reads it"),
    (r"framework/(?!sweep/)|plugins/", TOML, "sweep/ alone reads TOML"),
    (r"framework/(plugin|train|measure)/", r"(sweep|schedule|report|cli|worker|conform|verify|pack|kernels|stacked)/",
     "what trains knows nothing of experiment files, processes and examinations"),
    (r"framework/pack/", r"(sweep|schedule|measure|record|report|worker|cli|verify|conform)/", "a pack knows training only"),
    (r"framework/kernels/", r"(sweep|schedule|measure|record|report|worker|cli|verify|conform|pack|stacked|picture)/",
     "a kernel knows training's draws and optimisers only"),
    (r"framework/stacked/", r"(sweep|schedule|measure|record|report|worker|cli|verify|conform|pack|plugin)/",
     "a pass knows networks and kernels only"),
    (r"framework/kernels/.*_job\.h", r"(?!cmath$|cstdint$|array$|train/philox\.h$|kernels/.*_job\.h$)",
     "NVRTC reads it too, and has nothing else: kernels/CMakeLists.txt"),
    (r"framework/conform/", r"(sweep|schedule|measure|record|report|worker|cli|verify)/", "a check knows plugins and networks only"),
    (r"framework/verify/", r"(sweep|schedule|record|report|worker|cli)/", "an answer knows plugins, training and measuring only"),
    (r"framework/record/", HOST.replace("record|", ""), "record/ stands by itself"),
    (r"framework/picture/", HOST.replace("|picture", ""), "picture/ stands by itself"),
    (r"framework/(sweep|schedule|report)/", r"(plugin|train|measure|worker|cli|conform|verify|pack|kernels|stacked)/", "what plans knows nothing of what trains"),
    (r"framework/cuda/", HOST, "cuda/ is opened at run time and stands by itself"),
]
# Nothing here may reach LibTorch, not even through another header of ours.
TORCH_FREE = r"framework/(sweep|schedule|report|cli|record|picture)/"
# (call, the one file that may make it, why)
CALLS = [
    (r"\brename(at2?)?\s*\(", r"framework/record/|plugins/datasets/tensor_file\.h|framework/kernels/cubin_file\.cpp",
     "results files are replaced by record/ only, caches by tensor_file.h and cubin_file.cpp"),
    (r"\bH5Fcreate\s*\(", r"framework/record/", "results files are made by record/ only"),
    (r"\bshared_ptr\b", r"(?!)", "values and unique_ptr; no shared_ptr"),
]
LONGEST = 330
SOURCES = ("framework", "plugins")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def blank(match):
    """Comments and strings become spaces, so that places stay what they are."""
    return re.sub(r"[^\n]", " ", match.group())


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.broken = set()  # rules of FORBIDDEN that breaches() has met
        self.text = {}
        for folder in SOURCES:
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in (".h", ".cpp", ".hpp", ".cc"):
                    self.text[path.relative_to(self.root).as_posix()] = path.read_text(encoding="utf-8")
        self.includes = {name: self.read_includes(text) for name, text in self.text.items()}

    @staticmethod
    def read_includes(text):
        return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]

    def resolve(self, name, target):
        """The file of ours that `name` means by `target`, or None."""
        beside = (pathlib.PurePosixPath(name).parent / target).as_posix()
        for candidate in (beside, f"framework/{target}", f"framework/sdk/{target}"):
            if candidate in self.text:
                return candidate
        return None

    def way_to_torch(self, name, seen):
        """The chain of includes from `name` to LibTorch, or None."""
        if name in seen:
            return None
        seen.add(name)
        for _, _, target in self.includes[name]:
            if re.match(TORCH, target):
                return [target]
            ours = self.resolve(name, target)
            way = ours and self.way_to_torch(ours, seen)
            if way:
                return [ours] + way
        return None

    def breaches(self):
        for name, text in self.text.items():
            for line, bracket, target in self.includes[name]:
                for rule in FORBIDDEN:
                    files, forbidden, why = rule
                    if re.match(files, name) and re.match(forbidden, target):
                        self.broken.add(rule)
                        yield f"{name}:{line}: includes {target}; {why}"
                if name.startswith("plugins/") and bracket == '"' and not self.resolve(name, target):
                    yield f"{name}:{line}: includes {target}; a plugin's own headers lie beside it in plugins/"
            if re.match(TORCH_FREE, name):
                way = self.way_to_torch(name, set())
                if way:
                    yield f"{name}:1: reaches LibTorch through {' -> '.join(way)}; this folder knows nothing of torch"
            code = COMMENT.sub(blank, text)
            for call, home, why in CALLS:
                for found in re.finditer(call, code):
                    if not re.match(home, name):
                        yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group().strip()}; {why}"
            if text.count("\n") > LONGEST:
                yield f"{name}:{LONGEST}: has {text.count(chr(10))} lines; a file is one concept of at most {LONGEST}"
        for path in sorted(self.root.glob("tests/*/*_test.cpp")):
            if f"\nnamespace {path.stem} {{\n" not in path.read_text(encoding="utf-8"):
                name = path.relative_to(self.root).as_posix()
                yield f"{name}:1: has no `namespace {path.stem} {{`; test files are compiled together, and each has its own names"


def self_test():
    good = {
        "framework/sdk/monge/loss.h": "#include <torch/types.h>\n#include <vector>\n",
        "framework/sdk/monge/error.h": "#include <string>\n",
        "framework/sweep/axis.cpp": '#include <toml++/toml.h>\n#include "sweep/axis.h"\n#include <monge/error.h>\n',
        "framework/sweep/axis.h": "#include <string>\n",
        "framework/record/publish.cpp": "#include <hdf5.h>\nvoid f() { rename(a, b); }\n",
        "framework/train/loop.cpp": '#include <torch/types.h>\n#include "record/group.h"\n// never rename( here\n',
        "framework/record/group.h": "#include <vector>\n",
        "tests/record/hash_test.cpp": "#include <vector>\nnamespace hash_test {\n}\n",
        "plugins/losses/hinge.cpp": "#include <monge/loss.h>\n#include <zlib.h>\n",
        "plugins/datasets/hdf5_reader.h": "#include <hdf5.h>\n",
        "plugins/datasets/tensor_file.h": "void f() { std::filesystem::rename(a, b); }\n",
    }
    bad = [
        ("framework/sdk/monge/loss.h", '#include "train/loop.h"'),
        ("framework/sdk/monge/loss.h", "#include <torch/torch.h>"),
        ("plugins/losses/hinge.cpp", "#include <torch/types.h>"),
        ("plugins/losses/hinge.cpp", "#include <ATen/ATen.h>"),
        ("plugins/losses/hinge.cpp", '#include "train/loop.h"'),
        ("plugins/losses/hinge.cpp", "#include <hdf5.h>"),
        ("plugins/datasets/idx.cpp", "#include <hdf5.h>"),
        ("plugins/datasets/idx.cpp", "void f() { std::filesystem::rename(a, b); }"),
        ("framework/train/loop.cpp", "#include <hdf5.h>"),
        ("framework/train/loop.cpp", "#include <toml++/toml.h>"),
        ("framework/train/loop.cpp", '#include "sweep/axis.h"'),
        ("framework/sweep/axis.h", "#include <torch/types.h>"),
        ("framework/sweep/axis.h", "#include <monge/loss.h>"),
        ("framework/record/group.h", '#include "sweep/axis.h"'),
        ("framework/picture/png.cpp", '#include "record/group.h"'),
        ("framework/sweep/axis.h", '#include "train/loop.h"'),
        ("framework/cuda/graph.cpp", '#include "train/loop.h"'),
        ("framework/conform/loss.cpp", '#include "worker/data.h"'),
        ("framework/train/loop.cpp", '#include "conform/check.h"'),
        ("framework/train/loop.cpp", '#include "pack/pack.h"'),
        ("framework/pack/pack.cpp", '#include "worker/data.h"'),
        ("framework/train/loop.cpp", '#include "kernels/draws.h"'),
        ("framework/kernels/draws.cpp", '#include "pack/pack.h"'),
        ("framework/kernels/draws_job.h", "#include <algorithm>"),
        ("framework/stacked/pass.cpp", '#include "pack/pack.h"'),
        ("framework/train/loop.cpp", '#include "verify/answer.h"'),
        ("framework/verify/losses.cpp", '#include "worker/data.h"'),
        ("framework/cli/main.cpp", '#include "sweep/axis.h"\n#include <monge/loss.h>'),
        ("framework/train/loop.cpp", "void f() { std::filesystem::rename(a, b); }"),
        ("framework/train/loop.cpp", "auto f = H5Fcreate (1);"),
        ("framework/train/loop.cpp", "std::shared_ptr<int> p;"),
        ("framework/train/loop.cpp", "\n" * 401),
        ("tests/record/group_test.cpp", "#include <vector>"),
    ]

    def breaches(files):
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            tree = Tree(root)
            found = list(tree.breaches())
            broken.update(tree.broken)
            return found

    broken = set()
    assert breaches(good) == [], breaches(good)
    for name, line in bad:
        assert breaches(good | {name: good.get(name, "") + line + "\n"}), f"not noticed: {name}: {line.strip()}"
    assert broken == set(FORBIDDEN), f"no example breaks: {set(FORBIDDEN) - broken}"
    print(f"{len(bad)} breaches are noticed, and every rule is broken by one")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    tree = Tree(arguments[0])
    if not tree.text:
        print(f"{arguments[0]}: no sources here")
        return 1
    found = list(tree.breaches())
    print("\n".join(found) or f"{len(tree.text)} files keep the rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
