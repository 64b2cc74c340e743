#!/usr/bin/python3
"""Compiles the README's C++ as a reader would: readme.py README.md COMPILER INCLUDE_FOLDER"""
import re
import subprocess
import sys

readme, compiler, include = sys.argv[1:]
blocks = re.findall(r"^```cpp\n(.*?)^```", open(readme, encoding="utf-8").read(), re.M | re.S)
assert len(blocks) == 2, f"{len(blocks)} blocks of C++"
# What the README leaves to the reader, and the second block before the first, which calls it.
yours = """
#include <cstdlib>
#include <string>
#include <watchword/base/error.hpp>
int report(const watchword::Error&) { return 1; }
template <class Handler> void serve(Handler) {}
"""
done = subprocess.run([compiler, "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{include}", "-x", "c++", "-"],
                      input=yours + blocks[1] + blocks[0], text=True)
sys.exit(done.returncode)
