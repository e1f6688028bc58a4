# SPDX-License-Identifier: Apache-2.0
"""The gates bite: each says no to what it is there for, and nothing to what is right."""

import pathlib
import tempfile
import unittest

import changelog
import coroutines
import headers
import layers
import options
import one_definition
import relocations
import spdx


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Layers(Tree):
    def complaints(self, layer, text):
        self.write("src/CMakeLists.txt", "smtpprobe_layer(base) # text\nsmtpprobe_layer(smtp USES base)\n"
                                         "smtpprobe_layer(net USES base LINKS asio openssl)\n"
                                         "smtpprobe_layer(top USES net)\n")
        for name in ("base", "smtp", "net", "top"):
            self.write(f"src/{name}/a.hpp", "#pragma once\n")
        self.write(f"src/{layer}/b.cpp", text)
        return layers.check(self.root)

    def test_own_used_and_public_headers_pass(self):
        self.assertEqual([], self.complaints(
            "smtp", '#include "smtp/a.hpp"\n#include "base/a.hpp"\n#include "smtpprobe/x.hpp"\n#include <string>\n'))
        self.assertEqual([], self.complaints("net", "#include <asio/post.hpp>\n#include <openssl/ssl.h>\n#include <poll.h>\n"))

    def test_an_include_against_the_direction_fails(self):
        self.assertIn("base does not list smtp", self.complaints("base", '#include "smtp/a.hpp"\n')[0])

    def test_what_a_used_layer_uses_does_not_count(self):
        self.assertIn("top does not list base", self.complaints("top", '#include "base/a.hpp"\n')[0])

    def test_asio_in_a_pure_layer_fails(self):
        self.assertIn("smtp does not list asio", self.complaints("smtp", "#include <asio/ip/tcp.hpp>\n")[0])

    def test_a_clock_in_a_pure_layer_fails(self):
        self.assertIn("no _clock::now", self.complaints("smtp", "auto t = std::chrono::steady_clock::now();\n")[0])
        self.assertEqual([], self.complaints("smtp", "// steady_clock::now\n"))

    def test_an_unknown_folder_fails(self):
        self.assertIn("is no layer", self.complaints("odd", "")[0])


class Coroutines(unittest.TestCase):
    def rules(self, statement):
        return [rule[:2] for _, rule in coroutines.check_text("awaitable<void> f(Opts o = {})\n{\n    int i{0};\n" + statement + "\n}\n")]

    def test_plain_forms_pass(self):
        for statement in ("auto r = co_await read(stream);", "co_await wait();", "co_return co_await read(a[0], b(c));",
                          "if (a ? b : c) { d = {1}; }\n    co_await wait();", "auto x = Opts{1};\n    auto r = co_await f(x);",
                          "for (const auto& e : list)\n        co_await f(e);", "co_await f([](int a) { return a; });",
                          "spawn([x] { return 1; });\n    co_await g();", "for (int n = 0; n < 3; ++n) {\n        co_await g();\n    }",
                          "spawn(e, [this]() -> awaitable<void> { co_await g(); });", '// co_await f({})\n log("co_await f({})");'):
            self.assertEqual([], self.rules(statement), statement)

    def test_temporaries_and_braces_fail(self):
        self.assertEqual(["R1"], self.rules("co_await f(Opts{1, 2});"))
        self.assertEqual(["R1"], self.rules("auto r = co_await f({1, 2});"))
        self.assertEqual(["R1"], self.rules("co_await f(a,\n        {b});"))
        self.assertEqual(["R1"], self.rules("co_await f([x](int a) { return a + x; });"))
        self.assertEqual(["R2"], self.rules("T r{co_await f()};")[:1])

    def test_conditions_ternaries_throws_and_bindings_fail(self):
        self.assertEqual(["R4"], self.rules("if (co_await f())\n        g();"))
        self.assertEqual(["R4"], self.rules("while (!(co_await f()).ok) {}"))
        self.assertEqual(["R4"], self.rules("for (auto x : co_await f()) {}"))
        self.assertEqual(["R4"], self.rules("if (auto r = co_await f(); r) {}"))
        self.assertEqual(["R3"], self.rules("auto r = a ? co_await f() : g();"))
        self.assertEqual(["R3"], self.rules("throw Error(co_await f());"))
        self.assertEqual(["R5"], self.rules("auto [a, b] = co_await f();"))
        self.assertEqual(["R5"], self.rules("const auto& [a, b] = co_await f();"))


class Headers(unittest.TestCase):
    def test_only_the_standard_library_and_our_own(self):
        good = '#pragma once\n#include <string>\n#include "smtpprobe/names.hpp"\n'
        self.assertEqual([], headers.check_text("a.hpp", good))
        self.assertEqual([], headers.check_text("expected.hpp", good + "#include <tl/expected.hpp>\n"))
        for bad in ("<tl/expected.hpp>", "<asio.hpp>", "<netdb.h>", '"base/ascii.hpp"'):
            self.assertEqual(1, len(headers.check_text("a.hpp", good + f"#include {bad}\n")), bad)
        self.assertEqual(1, len(headers.check_text("a.hpp", "#include <string>\n")))


class Options(unittest.TestCase):
    def test_reads_the_option_column_of_a_help_text(self):
        text = ("Usage: x [OPTIONS]\n\nOptions:\n  -h,--help                   Print --this and exit\n"
                "  --tls MODE                  none, may\n  --mx,--no-mx{false}         by MX\n  -4,--ipv4 Excludes: --ipv6  v4\n"
                "  -v,--verbose Excludes: --quiet\n                              with --prose\n")
        self.assertEqual({"-h", "--help", "--tls", "--mx", "--no-mx", "-4", "--ipv4", "-v", "--verbose"}, options.options_of_help(text))

    def test_reads_the_items_of_a_manual(self):
        text = ".Nm\n.Op Fl -unlisted\n.It Fl 4 , Fl -ipv4\nOnly\n.Fl -other .\n.It Fl p , -port Ar N\n"
        self.assertEqual({"-4", "--ipv4", "--port", "-p"}, options.options_of_manual(text))

    def test_tells_both_directions(self):
        self.assertEqual(["a lacks -x, which b has", "a has -y, which b lacks"], options.differences("a", {"-y"}, "b", {"-x"}))


class OneDefinition(Tree):
    def test_two_headers_with_one_name_fail(self):
        self.write("src/a/one.hpp", "struct Row {\n};\nclass Ahead;\nstruct Outer::State {\n};\n")
        self.write("src/b/two.hpp", "class Row final : public Base {\n};\nclass Ahead {\n};\nclass Outer {\n    struct Row {};\n};\n")
        self.write("src/b/three.hpp", "struct Outer::State {\n};\n// struct Row {\n")
        self.assertEqual(["src/b/two.hpp: Row is defined in src/a/one.hpp too"], one_definition.check(self.root))


class Spdx(Tree):
    def test_a_source_without_the_line_fails(self):
        self.write("src/good.cpp", "// SPDX-License-Identifier: Apache-2.0\n")
        self.write("src/bad.cpp", "int x;\n")
        self.write("tool", "#!/bin/sh\n")
        self.write("data.json", "{}\n")
        self.assertEqual(["src/bad.cpp", "tool"], [c.split(":")[0] for c in spdx.check(self.root)])


class Changelog(unittest.TestCase):
    def test_form_order_and_version(self):
        good = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [0.2.0] - 2025-01-02\n\n## [0.1.0] - 2025-01-01\n"
        self.assertEqual([], changelog.check_text(good, "0.2.0"))
        self.assertEqual([], changelog.check_text(good, "0.3.0"))
        self.assertEqual(1, len(changelog.check_text(good, "0.1.9")))
        self.assertEqual(1, len(changelog.check_text(good.replace("Added", "News"), "0.2.0")))
        self.assertEqual(1, len(changelog.check_text(good.replace("0.1.0", "0.9.0"), "1.0.0")))
        self.assertEqual(1, len(changelog.check_text(good.replace(" - 2025-01-01", ""), "0.2.0")))
        self.assertNotEqual([], changelog.check_text("# Changelog\n", "0.1.0"))


class Relocations(unittest.TestCase):
    def test_addresses_in_a_shelf(self):
        def listing(count):
            names = ("code", "fault", "lookup", "observed", "status", "vendor", "words")
            return "".join(f"\nFile: libsmtpprobe_knowledge.a({name}_shelf.cpp.o)\n"
                           f"\nRelocation section '.rela.data.rel.ro.local' at offset 0x6eb88 contains {count} entries:\n"
                           "\nRelocation section '.rela.eh_frame' at offset 0x4dd08 contains 500 entries:\n"
                           for name in names)
        self.assertEqual([], relocations.check_text(listing(2), 7))
        self.assertEqual(7, len(relocations.check_text(listing(9012), 7)))
        self.assertEqual(1, len(relocations.check_text("", 7)))


if __name__ == "__main__":
    unittest.main()
