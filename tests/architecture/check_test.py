#!/usr/bin/env python3
"""Shows that check.py finds each fault that it is there to find, and nothing in a tree without faults."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check  # noqa: E402

GOOD = {
    "include/watchword/base/result.hpp": "#pragma once\n#include <string>\n",
    "include/watchword/base/port.hpp": "#pragma once\n/// Port: does.\nclass EX Port {\n  virtual void f() = 0;\n};\n\n"
                                       "class Mine final : public Port {\n  virtual void f();\n};\n",
    "include/watchword/token/keys.hpp": "#pragma once\n#include <watchword/base/result.hpp>\n",
    "include/watchword/account/account.hpp": "#pragma once\n#include <watchword/token/keys.hpp>\n",
    "include/watchword/storage/sqlite.hpp": "#pragma once\n#include <watchword/base/result.hpp>\n",
    "include/watchword/watchword.hpp": "#pragma once\n#include <watchword/account/account.hpp>\n",
    "include/watchword/http/api.hpp": "#pragma once\n#include <watchword/watchword.hpp>\n",
    "src/base/clock.cpp": "#include <time.h>\nvoid now() { clock_gettime(0, nullptr); }\n",
    "src/crypto/digest.hpp": "#pragma once\n",
    "src/crypto/digest.cpp": '#include <botan/hash.h>\n#include "crypto/digest.hpp"\n',
    "src/session/session.hpp": "#pragma once\n",
    "src/session/session.cpp": '#include "session/session.hpp"\n#include "crypto/digest.hpp"\n'
                               "#include <watchword/account/account.hpp>\n// std::chrono::system_clock::now()\n",
    "src/storage/sqlite/handle.hpp": "#pragma once\n#include <sqlite3.h>\n",
    "src/storage/sqlite/driver.cpp": '#include "storage/sqlite/handle.hpp"\n',
    "src/compose/open.cpp": '#include "session/session.hpp"\n#include <watchword/storage/sqlite.hpp>\n',
    "src/http/routes.hpp": "#pragma once\n#include <watchword/http/api.hpp>\n",
}


def body(lines):
    return "".join("  work();\n" for _ in range(lines))


# A file that replaces or joins those above, and a part of the fault that must be found.
BAD = [
    ("include/watchword/base/a.hpp", "#pragma once\n#include <watchword/token/keys.hpp>\n", "base includes"),
    ("include/watchword/token/a.hpp", "#pragma once\n#include <watchword/account/account.hpp>\n", "token includes"),
    ("include/watchword/account/a.hpp", "#pragma once\n#include <watchword/http/api.hpp>\n", "account includes"),
    ("include/watchword/account/a.hpp", "#pragma once\n#include <watchword/storage/sqlite.hpp>\n", "driver"),
    ("include/watchword/storage/a.hpp", "#pragma once\n#include <watchword/account/account.hpp>\n", "storage includes"),
    ("include/watchword/options.hpp", "#pragma once\n#include <watchword/http/api.hpp>\n", "top includes"),
    ("include/watchword/base/a.hpp", "#pragma once\n#include <botan/hash.h>\n", "third-party"),
    ("include/watchword/base/a.hpp", "#pragma once\n#include <sqlite3.h>\n", "third-party"),
    ("include/watchword/base/a.hpp", "#pragma once\n#include <chrono>\n", "heavy"),
    ("include/watchword/base/a.hpp", '#pragma once\n#include "base/b.hpp"\n', "by quotes"),
    ("include/watchword/base/a.hpp", "#pragma once\n/// Does.\nclass EX Sink {\n  virtual void f() = 0;\n};\n",
     "does not call it a port"),
    ("include/watchword/base/a.hpp", "#include <string>\n", "#pragma once"),
    ("include/watchword/base/a.hpp", "#pragma once\n" + "//\n" * 200, "has 201 lines"),
    ("include/watchword/unheard/a.hpp", "#pragma once\n", "not in this test's table"),
    ("src/unheard/a.cpp", "\n", "not in this test's table"),
    ("src/base/a.cpp", '#include "crypto/digest.hpp"\n', "of src/crypto"),
    ("src/crypto/a.cpp", "#include <watchword/token/keys.hpp>\n", "crypto includes"),
    ("src/token/a.cpp", '#include "session/session.hpp"\n', "of src/session"),
    ("src/recovery/a.cpp", '#include "session/session.hpp"\n', "of src/session"),
    ("src/session/a.cpp", '#include "http/routes.hpp"\n', "of src/http"),
    ("src/compose/a.cpp", '#include "http/routes.hpp"\n', "of src/http"),
    ("src/http/a.cpp", '#include "session/session.hpp"\n', "of src/session"),
    ("src/session/a.cpp", '#include "storage/sqlite/handle.hpp"\n', "belongs to a driver"),
    ("src/storage/a.cpp", '#include "session/session.hpp"\n', "of src/session"),
    ("src/session/a.cpp", '#include "session/absent.hpp"\n', "no path below src"),
    ("src/session/a.cpp", '#include "session.hpp"\n', "no path below src"),
    ("src/session/a.cpp", "#include <botan/hash.h>\n", "belongs in src/crypto"),
    ("src/session/a.cpp", "#  include <nlohmann/json.hpp>\n", "belongs in src/json"),
    ("src/json/a.cpp", "#include <utf8proc.h>\n", "belongs in src/text"),
    ("src/json/a.cpp", "#include <idn2.h>\n", "belongs in src/text"),
    ("src/password/a.cpp", "#include <argon2.h>\n", "belongs in src/crypto"),
    ("src/storage/a.cpp", "#include <sqlite3.h>\n", "belongs in src/storage/sqlite"),
    ("src/session/a.cpp", "auto t = std::chrono::system_clock::now();\n", "wall clock"),
    ("src/session/a.cpp", "auto t = ::time(nullptr);\n", "wall clock"),
    ("src/session/a.cpp", "auto t = system_clock().now();\n", "instead of a given one"),
    ("src/session/a.cpp", "std::mt19937_64 engine;\n", "randomness"),
    ("src/session/a.cpp", "// TO" "DO: later\n", "unfinished"),
    ("src/session/a.cpp", "//\n" * 351, "has 351 lines"),
    ("src/session/a.cpp", "void f() {\n" + body(70) + "}\n", "72 lines in one function"),
    ("src/session/a.cpp", "namespace a {\nclass B {\n int f() const noexcept {\n" + body(70) + "}\n};\n}\n", "72 lines"),
    ("src/session/a.cpp", "B::B() : a_{1}, b_{2} {\n" + body(70) + "}\n", "72 lines"),
    ("src/session/a.cpp", 'void f() {\n  auto text = R"({{{)";\n' + body(70) + "}\n", "73 lines"),
    ("examples/a.cpp", "void f() {\n" + body(70) + "}\n", "72 lines"),
    ("tests/a_test.cpp", 'TEST_CASE("a { b") {\n' + body(70) + "}\n", "72 lines"),
]


def faults_of(extra):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**GOOD, **extra}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        found = check.Check(folder)
        found.run()
        return found.faults


class CheckTest(unittest.TestCase):
    def test_a_good_tree_has_no_faults(self):
        self.assertEqual(faults_of({}), [])

    def test_each_fault_is_found_alone(self):
        for name, text, expected in BAD:
            with self.subTest(name=name, expected=expected):
                faults = faults_of({name: text})
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(expected, faults[0])
                self.assertTrue(faults[0].startswith(name + ": "))

    def test_the_limits_themselves_are_allowed(self):
        self.assertEqual(faults_of({
            "include/watchword/base/a.hpp": "#pragma once\n" + "//\n" * 199,
            "src/session/a.cpp": "//\n" * 350,
            "src/session/b.cpp": "B::B() : a_{1}, b_{2} {\n" + body(68) + "}\n",
            "src/session/c.cpp": "template <class T>\nclass C {\n" + "  int f() { return 1; }\n" * 90 + "};\n",
            "src/session/d.cpp": "const int table[] = {\n" + "  f(1),\n" * 90 + "};\n",
        }), [])

    def test_a_long_test_case_is_a_warning(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "tests", "a_test.cpp")
            path.parent.mkdir()
            path.write_text('TEST_CASE("a") {\n' + body(44) + "}\n")
            found = check.Check(folder)
            self.assertTrue(found.run())
            self.assertEqual(len(found.warnings), 1)


if __name__ == "__main__":
    unittest.main()
