#!/usr/bin/env python3
"""headers.py <include folder> <compiler>...: every public header compiles alone, in each standard.

Each without exceptions and run-time type information, and all together with them; with warnings as errors. A compiler
that is not installed is left out and named, but one must be there; with WATCHWORD_ALL_COMPILERS in the environment, all.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

STANDARDS = ["c++17", "c++20", "c++2b"]
FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-x", "c++"]
BARE = ["-fno-exceptions", "-fno-rtti"]


def compile_unit(job):
    compiler, standard, include, flags, headers = job
    command = [compiler, f"-std={standard}", *FLAGS, *flags, "-I", str(include), "-"]
    text = "".join(f"#include <{header}>\n" for header in headers)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"{compiler} {standard} {' '.join(headers)}:\n{done.stderr[:2000]}"


def main():
    include = pathlib.Path(sys.argv[1])
    compilers = [name for name in sys.argv[2:] if shutil.which(name)]
    missing = [name for name in sys.argv[2:] if name not in compilers]
    headers = sorted(path.relative_to(include).as_posix() for path in include.rglob("*.hpp"))
    if missing:
        print(f"not installed: {', '.join(missing)}")
    if not compilers or not headers or (missing and os.environ.get("WATCHWORD_ALL_COMPILERS")):
        print("no compiler or no header, or not all compilers that are asked for")
        return 1
    pairs = [(c, s) for c in compilers for s in STANDARDS]
    jobs = [(c, s, include, BARE, [h, h]) for c, s in pairs for h in headers]
    jobs += [(c, s, include, [], headers) for c, s in pairs]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(compile_unit, jobs) if fault]
    print("\n".join(faults))
    print(f"{len(headers)} headers, {', '.join(compilers)}, {', '.join(STANDARDS)}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
