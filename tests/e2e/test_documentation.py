"""What the manuals and the README say, against the sources: settings, variables, messages, commands
and places. And that the manuals are sound mdoc and fit a terminal of 80 columns."""

import glob
import json
import os
import re
import shutil
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The manager's own page comes with it: until then its sources are not asked about.
MANAGER = os.path.exists(os.path.join(ROOT, "man", "git-hf-ssh.1"))
PAGES = sorted(glob.glob(os.path.join(ROOT, "man", "*.[1-8]")))
STRING = r'"(?:[^"\\\n]|\\.)*"'


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def sources():
    found = glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]pp"), recursive=True)
    found += glob.glob(os.path.join(ROOT, "include", "**", "*.hpp"), recursive=True)
    return {path: read(path) for path in found if MANAGER or "manage" not in path[len(ROOT):]}


def code_of(text):
    """C++ without its comments; strings stay."""
    return re.sub(r'(%s)|//[^\n]*|/\*.*?\*/' % STRING, lambda m: m.group(1) or "", text,
                  flags=re.S)


def messages_of(text):
    """The strings of C++, those that stand side by side as one."""
    joined = re.sub(r'"\s*"', "", text)
    return [re.sub(r'\\(.)', r'\1', found[1:-1]) for found in re.findall(STRING, joined)]


def plain(page):
    """A page's words without mdoc's macros: what a search would find."""
    text = read(page).replace("\\&", "")
    text = re.sub(r'^\.\w+ ', "", text, flags=re.M)
    text = re.sub(r' Ns Ar pattern Ns Cm ', "<pattern>", text)
    return re.sub(r' Ns Ar pattern(?= Ns|$)', "<pattern>", text)


class DocumentationTest(unittest.TestCase):
    needs_program = False  # it reads sources and pages

    @classmethod
    def setUpClass(cls):
        cls.sources = {path: code_of(text) for path, text in sources().items()}
        cls.code = "\n".join(cls.sources.values())
        cls.pages = "\n".join(plain(page) for page in PAGES)
        cls.readme = read("README.md")
        program = os.path.join(os.environ["HF_SSH_TEST_BIN"], "git-hf-ssh")
        cls.table = json.loads(subprocess.check_output([program, "help", "--json"]))

    def assert_same(self, of_code, of_pages, what):
        self.assertTrue(of_code, "the program lists none")
        self.assertEqual(sorted(of_code - of_pages), [], what + " of the program, not in man")
        self.assertEqual(sorted(of_pages - of_code), [], what + " in man, not of the program")

    def test_variables_of_ours(self):
        named = set(re.findall(r"\bHF_SSH_[A-Z]+(?:_[A-Z]+)*\b", self.pages))
        self.assert_same(set(self.table["variables"]), named, "a variable")

    def test_variables_of_others(self):
        read_by_code = set(re.findall(r'\b(?:environment|getenv)\("([A-Z_]+)"', self.code))
        self.assertIn("GIT_TERMINAL_PROMPT", read_by_code)
        missing = [name for name in read_by_code if not re.search(r"\b%s\b" % name, self.pages)]
        self.assertEqual(missing, [], "read by src, not in man")

    def test_settings(self):
        of_pages = set(re.findall(r"\bhf-ssh\.(?:<pattern>\.)?([a-z]+)\b(?![./])", self.pages))
        self.assert_same(set(self.table["settings"]),
                         {name for name in of_pages if not self.is_pattern(name)}, "a setting")

    @staticmethod
    def is_pattern(name):
        """hf-ssh.acme.identity of an example, and ~/.ssh/hf-ssh.conf: no settings of ours."""
        return name in ("acme", "conf", "datasets")

    def test_messages_of_diagnostics(self):
        known = "\n".join(messages_of(self.code))
        diagnostics = read("man/hf-ssh.1").split(".Sh DIAGNOSTICS")[1].split("\n.Sh ")[0]
        headings = re.findall(r'^\.It Sy "(.*)"$', diagnostics, flags=re.M)
        self.assertGreater(len(headings), 15)
        # "REFUSED: hf.co presented " stands once before what was presented
        pieces = [piece for text in headings for piece in
                  (text.split(" presented ") if text.startswith("REFUSED") else [text])]
        self.assertEqual([piece for piece in pieces if piece not in known], [],
                         "said by man, not by src")

    def test_error_codes(self):
        section = read("man/git-hf-ssh-json.5").split(".Sh ERROR CODES")[1].split("\n.Sh ")[0]
        self.assert_same(set(self.table["errors"]),
                         set(re.findall(r"^\.It Cm (\S+)$", section, re.M)), "an error code")

    def test_readme(self):
        options = set(re.findall(r"hf-ssh (--[a-z-]+)", self.readme + self.pages))
        self.assertIn("--via", options)
        for option in options:
            self.assertIn('"%s"' % option, self.code, "an option that src does not know")
        for script in re.findall(r"sh (contrib/[\w./-]+)", self.readme):
            self.assertTrue(os.path.isfile(os.path.join(ROOT, script)), script)
        for page in re.findall(r"man/[\w.-]+\.\d", self.readme):
            self.assertTrue(os.path.isfile(os.path.join(ROOT, page)), page)
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", self.readme):
            self.assertTrue(os.path.exists(os.path.join(ROOT, target)), target)
        if not MANAGER:
            self.assertNotIn("git hf-ssh", self.readme + self.pages, "no such program yet")
        for variable in re.findall(r"\bHF_SSH_[A-Z_]+\b", self.readme):
            self.assertIn(variable, self.pages)

    def test_commands_that_are_named(self):
        """`git hf-ssh …` in hints, manuals, README and CHANGELOG: a command, with options of its
        own."""
        verbs = [entry["name"] for entry in self.table["commands"]]
        self.assertIn("keys check", verbs)
        synopsis = read("man/git-hf-ssh.1").split(".Sh SYNOPSIS\n")[1].split("\n.Sh ")[0]
        known = {"complete": {"--"}}
        for entry in synopsis.split(".Nm git hf-ssh\n")[1:]:
            first, _, rest = re.sub(r"^\.(Cm|Fl) ", "", entry.split("\n")[0]).partition(" ")
            for second in (rest + (" | list" if "Cm list" in entry else "")).split(" | "):
                known[(first + " " + second).strip()] = set(re.findall(
                    r"\B--[a-z-]+", re.sub(r"(Fl|\||,) -", "--", entry))) | {"--help", "-C"}
        self.assertEqual(set(verbs) - set(known), set())
        code = " | ".join(messages_of(self.code.replace("\\n", " | ")))
        word = r"(?:-C|--?[a-z-]+|[a-z][a-z-]*)\s?"
        for text in (code, *map(read, PAGES), self.readme, read("CHANGELOG.md"),
                     read("contrib/try.sh")):
            for words in re.findall(r"git\s+hf-ssh\s+((?:%s)+)" % word, text):
                words = words.split()
                if words[0].startswith("-"):
                    self.assertIn(words[0], ("-h", "--help", "--version"))
                    continue
                verb = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
                if verb == "changes":  # of a sentence
                    continue
                self.assertIn(verb, known, "no such command: git hf-ssh " + " ".join(words))
                options = {word for word in words if word.startswith("--")}
                self.assertEqual(options - known[verb], set(), "git hf-ssh " + " ".join(words))

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not here")
    def test_pages_are_sound(self):
        self.assertGreaterEqual(len(PAGES), 2)
        for page in PAGES:
            lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            self.assertEqual((lint.stdout.decode(), lint.returncode), ("", 0))
            shown = subprocess.run(["mandoc", "-Tutf8", page], stdout=subprocess.PIPE, check=True)
            text = re.sub(".\b", "", shown.stdout.decode("utf-8"))
            self.assertEqual([line for line in text.split("\n") if len(line.expandtabs()) > 80], [])


if __name__ == "__main__":
    unittest.main()
