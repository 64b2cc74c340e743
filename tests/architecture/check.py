#!/usr/bin/env python3
"""check.py <source tree>: who may include whom, which file may name what, and how long files and functions may be.

Prints one line for each fault and exits with 1 if there are any. Warnings start with "warning:" and do no harm.
"""
import pathlib
import re
import sys

LEAVES = {"password", "token"}
FEATURES = {"account", "session", "onetime", "recovery", "mail", "audit", "auth_service"}
INTERNALS = {"base", "crypto", "json", "text"}
DRIVERS = {"storage/sqlite", "storage/postgres", "storage/redis"}
DRIVER_HEADERS = {"storage/sqlite.hpp", "storage/postgres.hpp", "storage/redis.hpp"}

# What each folder may include of include/watchword ("top": the headers beside the folders) ...
PUBLIC = {
    "base": {"base"},
    "crypto": {"base"},
    "json": {"base"},
    "text": {"base"},
    "password": {"base", "password"},
    "token": {"base", "token"},
    "storage": {"base", "storage"},
    "top": {"base", "storage", "top"} | LEAVES | FEATURES,
    "compose": {"base", "storage", "top"} | LEAVES | FEATURES,
    "http": {"base", "storage", "top", "http"} | LEAVES | FEATURES,
}
for feature in FEATURES:
    PUBLIC[feature] = {"base", "storage"} | LEAVES | FEATURES
PUBLIC["auth_service"] = PUBLIC["auth_service"] | {"top"}

# ... and of src.
PRIVATE = {
    "base": {"base"},
    "crypto": {"base", "crypto"},
    "json": {"base", "json"},
    "text": {"base", "text"},
    "storage": {"base", "storage"},
    "compose": {"storage", "compose"} | INTERNALS | LEAVES | FEATURES,
    "http": {"http"} | INTERNALS,
}
for leaf in LEAVES:
    PRIVATE[leaf] = {leaf} | INTERNALS
for feature in FEATURES:
    PRIVATE[feature] = {feature, "storage"} | INTERNALS

# Third-party headers, and the folders that may name them.
FOREIGN = [
    (re.compile(r"^botan"), "crypto"),
    (re.compile(r"^argon2\.h$"), "crypto"),
    (re.compile(r"^openssl/"), "crypto|storage/redis"),
    (re.compile(r"^nlohmann/"), "json"),
    (re.compile(r"^utf8proc\.h$"), "text"),
    (re.compile(r"^idn2\.h$"), "text"),
    (re.compile(r"^sqlite3\.h$"), "storage/sqlite"),
    (re.compile(r"^libpq"), "storage/postgres"),
    (re.compile(r"^hiredis/"), "storage/redis"),
]
HEAVY = {"functional", "chrono", "regex", "iostream", "unordered_map", "sstream", "fstream", "filesystem", "thread",
         "future", "locale", "iomanip", "random", "map", "variant", "limits"}

WORDS = [
    (re.compile(r"system_clock::now|\bclock_gettime\b|\bgettimeofday\b|\btime\s*\(\s*(NULL|nullptr|0|&\w+)\s*\)"),
     {"base"}, "reads the wall clock"),
    (re.compile(r"\bsystem_clock\s*\(\s*\)"), {"base", "compose"}, "takes the system's clock instead of a given one"),
    (re.compile(r"\brandom_device\b|\bmt19937|\bs?rand\s*\(|\bgetrandom\s*\("), {"crypto"},
     "makes randomness of its own"),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

HEADER_LINES, SOURCE_LINES, FUNCTION_LINES, TEST_CASE_LINES = 200, 350, 70, 45
# A class at the outermost level, with the comment before it and its body.
CLASS = re.compile(r"((?:^///[^\n]*\n)*)(?:^template[^\n]*\n)?^(?:class|struct)\s+([^;{]*)\{(.*?)^\};", re.M | re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def without_comments_and_strings(text):
    """The text with the inside of comments and literals blanked; line breaks stay."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\s\\]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'", re.S)

    def blank(match):
        return '""' + "\n" * match.group(0).count("\n") if match.group(0)[0] in "\"'R" else re.sub(
            r"[^\n]", " ", match.group(0))

    return pattern.sub(blank, text)


def strip_templates(head):
    while True:
        match = re.search(r"\btemplate\s*<", head)
        if not match:
            return head
        depth, at = 1, match.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[:match.start()] + head[at:]


def opens_function(head):
    head = strip_templates(head)
    if re.search(r"\b(namespace|class|struct|union|enum|extern)\b", head.split("(")[0]):
        return False
    return ")" in head and not re.search(r"(^|[^=!<>])=\s*$", head)


def functions(text):
    """(first line, last line, head) of each function body that is not inside another."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group(0).count("\n"),
                  without_comments_and_strings(text), flags=re.M)
    found, stack, head_at, at = [], [], 0, 0
    while at < len(code):
        c = code[at]
        inside = any(entry[0] for entry in stack)
        if c == "{":
            head = code[head_at:at]
            is_function = not inside and opens_function(head)
            start = head_at + len(head) - len(head.lstrip())
            stack.append((is_function, start, head.strip(), head_at))
            head_at = at + 1
        elif c == "}" and stack:
            is_function, start, head, outer_head = stack.pop()
            following = code[at + 1:at + 200].lstrip()[:1]
            if is_function and following in (",", "{"):
                head_at = outer_head  # it was a member's initialiser before a constructor's body
                code = code[:start] + re.sub(r"[{}]", " ", code[start:at + 1]) + code[at + 1:]
            else:
                if is_function:
                    found.append((code.count("\n", 0, start) + 1, code.count("\n", 0, at) + 1, head))
                head_at = at + 1
        elif c == ";" and not inside:
            head_at = at + 1
        at += 1
    return found


def folder_of(relative):
    """The architectural folder of a path below include/watchword or src."""
    return relative.parts[0] if len(relative.parts) > 1 else "top"


class Check:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.faults = []
        self.warnings = []

    def fault(self, path, what):
        self.faults.append(f"{path.relative_to(self.root)}: {what}")

    def run(self):
        public = self.root / "include" / "watchword"
        source = self.root / "src"
        for path in sorted(public.rglob("*")):
            if path.is_file():
                self.check_public(path, path.relative_to(public))
        for path in sorted(source.rglob("*")):
            if path.suffix in (".hpp", ".cpp", ".h", ".inc"):
                self.check_source(path, path.relative_to(source))
        for path in sorted((self.root / "examples").rglob("*.[ch]pp")):
            self.check_sizes(path, path.read_text())
        for path in sorted((self.root / "tests").rglob("*.[ch]pp")):
            self.check_test(path)
        return not self.faults

    def check_public(self, path, relative):
        text = path.read_text()
        if path.suffix != ".hpp":
            self.fault(path, "only .hpp files are public")
        if "#pragma once" not in text:
            self.fault(path, "has no #pragma once")
        for bracket, name in INCLUDE.findall(text):
            if bracket == '"':
                self.fault(path, f'a public header includes "{name}" (by quotes)')
            elif not name.startswith("watchword/") and not re.fullmatch(r"[a-z_0-9]+", name):
                self.fault(path, f"a public header includes the third-party <{name}>")
            elif name in HEAVY:
                self.fault(path, f"a public header includes the heavy <{name}>")
        for comment, head, members in CLASS.findall(text):
            derivable = re.search(r"\bvirtual\b", members) and not re.search(r"\bfinal\b", head)
            if derivable and not re.match(r"/// Port\b", comment) and "No port" not in comment:
                self.fault(path, f"{head.split(':')[0].split()[-1]} can be derived from, and its comment does not call it a port")
        self.check_common(path, relative, text)

    def check_source(self, path, relative):
        text = path.read_text()
        folder = folder_of(relative)
        for bracket, name in INCLUDE.findall(text):
            if bracket == '"':
                self.check_private_include(path, relative, folder, name)
            else:
                for pattern, homes in FOREIGN:
                    at_home = any(relative.as_posix().startswith(home + "/") for home in homes.split("|"))
                    if pattern.search(name) and not at_home:
                        self.fault(path, f"<{name}> belongs in src/{homes}")
        self.check_common(path, relative, text)

    def check_private_include(self, path, relative, folder, name):
        target = folder_of(pathlib.PurePosixPath(name))
        if target == "top" or not (self.root / "src" / name).exists():
            self.fault(path, f'"{name}" is no path below src')
            return
        if target not in PRIVATE.get(folder, set()):
            self.fault(path, f'src/{folder} includes "{name}" of src/{target}')
        parent = pathlib.PurePosixPath(name).parent.as_posix()
        mine = relative.parent.as_posix()
        if parent in DRIVERS and mine != parent and folder != "compose":
            self.fault(path, f'"{name}" belongs to a driver')

    def check_common(self, path, relative, text):
        folder = folder_of(relative)
        if folder not in PUBLIC:
            self.fault(path, f"the folder {folder} is not in this test's table")
            return
        for _, name in INCLUDE.findall(text):
            if not name.startswith("watchword/"):
                continue
            inner = name[len("watchword/"):]
            target = folder_of(pathlib.PurePosixPath(inner))
            if inner == "auth_service.hpp" and folder == "auth_service":
                continue
            if target not in PUBLIC[folder]:
                self.fault(path, f"{folder} includes <{name}>")
            if inner in DRIVER_HEADERS and folder not in ("storage", "compose", "top"):
                self.fault(path, f"{folder} includes the driver <{name}>")
        code = without_comments_and_strings(text)
        for pattern, homes, what in WORDS:
            if folder not in homes and path.is_relative_to(self.root / "src") and pattern.search(code):
                self.fault(path, what)
        if UNFINISHED.search(text):
            self.fault(path, "is marked as unfinished")
        self.check_sizes(path, text)

    def check_sizes(self, path, text):
        lines = text.count("\n")
        limit = HEADER_LINES if path.suffix == ".hpp" else SOURCE_LINES
        if path.suffix in (".hpp", ".cpp") and lines > limit:
            self.fault(path, f"has {lines} lines, more than {limit}")
        for first, last, head in functions(text):
            if last - first + 1 > FUNCTION_LINES:
                name = " ".join(head.split())[:60]
                self.fault(path, f"line {first}: {last - first + 1} lines in one function ({name})")

    def check_test(self, path):
        text = path.read_text()
        if UNFINISHED.search(text):
            self.fault(path, "is marked as unfinished")
        for first, last, head in functions(text):
            length = last - first + 1
            if length > FUNCTION_LINES:
                self.fault(path, f"line {first}: {length} lines in one function")
            elif length > TEST_CASE_LINES and re.match(r"(TEST_CASE|TEMPLATE_|SCENARIO)", head):
                self.warnings.append(f"warning: {path.relative_to(self.root)}: line {first}: {length} lines in one test")


def main():
    check = Check(sys.argv[1])
    good = check.run()
    print("\n".join(check.warnings + check.faults))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
