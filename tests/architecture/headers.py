#!/usr/bin/env python3
"""headers.py <include folder> <compiler>...: every public header compiles alone, in each standard.

Without exceptions and run-time type information, with warnings as errors. Compilers that are not installed are left
out, but at least one must be there.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

STANDARDS = ["c++17", "c++20", "c++2b"]
FLAGS = ["-fsyntax-only", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror",
         "-x", "c++"]


def compile_alone(job):
    compiler, standard, include, header = job
    command = [compiler, f"-std={standard}", *FLAGS, "-I", str(include), "-"]
    text = f"#include <{header}>\n#include <{header}>\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"{compiler} {standard} {header}:\n{done.stderr[:2000]}"


def main():
    include = pathlib.Path(sys.argv[1])
    compilers = [name for name in sys.argv[2:] if shutil.which(name)]
    headers = sorted(path.relative_to(include).as_posix() for path in include.rglob("*.hpp"))
    if not compilers or not headers:
        print("no compiler or no header")
        return 1
    jobs = [(c, s, include, h) for c in compilers for s in STANDARDS for h in headers]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(compile_alone, jobs) if fault]
    print("\n".join(faults))
    print(f"{len(headers)} headers, {', '.join(compilers)}, {', '.join(STANDARDS)}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
