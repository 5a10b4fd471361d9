"""What git-hf-ssh-json(5) says of each report, read from the page itself."""

import os
import re

from standin.program import ROOT

MANUAL = os.path.join(ROOT, "man", "git-hf-ssh.1")
PAGE = os.path.join(ROOT, "man", "git-hf-ssh-json.5")
SCALARS = {"string": str, "number": (int, float), "boolean": bool, "null": type(None),
           "object": dict}


class Schema:
    """`members`: {verb: {path: [types]}}, the kinds of objects (a key, a reason) put in their
    places; "keys[].name" is a path. `seen` collects what was met, {verb: {path: {types}}}."""

    def __init__(self, page=PAGE):
        with open(page, encoding="utf-8") as file:
            section = file.read().split("\n.Sh DESCRIPTION\n")[1].split("\n.Sh ")[0]
        common, kinds, verbs = self.divide(section)
        self.common = common
        self.kinds = kinds
        self.kind_above = {verb: {} for verb in verbs}
        self.members = {verb: self.expand(paths, self.kind_above[verb])
                        for verb, paths in verbs.items()}
        self.seen = {verb: {} for verb in verbs}

    @staticmethod
    def divide(section):
        common, kinds, verbs = {}, {}, {}
        target = common
        for line in section.split("\n"):
            kind = re.match(r"^\.Em (.+?) :$", line)
            heading = re.match(r"^\.It Sy (.+)$", line)
            member = re.match(r"^\.It Cm (\S+) Pq (.+)$", line)
            if kind:
                target = kinds.setdefault(kind.group(1), {})
            elif heading:
                target = {}
                for verb in heading.group(1).split(" , "):
                    verbs[verb] = target
            elif member:
                target[member.group(1)] = member.group(2).split(", ")
            elif line.startswith(".It Cm"):
                raise AssertionError("no member of a report: " + line)
        return common, kinds, verbs

    def expand(self, paths, above):
        """Each kind's members where it stands; the lists and objects between, as they follow."""
        whole = {}
        for path, types in paths.items():
            kind = [name for name in types if name in self.kinds]
            whole[path] = [self.plain(name) for name in types]
            for member, its in (self.kinds[kind[0]] if kind else {}).items():
                whole["%s.%s" % (path, member)] = [self.plain(name) for name in its]
                above["%s.%s" % (path, member)] = kind[0]
        for path in list(whole):
            pieces = re.findall(r"\[\]|[^.\[\]]+", path)
            for end in range(1, len(pieces)):
                inner = "list" if pieces[end] == "[]" else "object"
                whole.setdefault(self.join(pieces[:end]), [inner])
        for path, types in whole.items():
            if path.endswith("[]") and "optional" in types:
                outer = whole[path[:-2]]
                outer.extend(["optional"] if "optional" not in outer else [])
        return whole

    def plain(self, name):
        return "object" if name in self.kinds else name

    @staticmethod
    def join(pieces):
        return "".join(piece if piece == "[]" else "." + piece for piece in pieces).lstrip(".")

    # a report -------------------------------------------------------------------------------------

    def problems(self, report):
        """What the page does not say of this report, or says otherwise."""
        verb = report["command"]
        if verb not in self.members:
            return ["the page has no report of " + verb]
        found = []
        rest = {name: value for name, value in report.items() if name not in ("version", "command")}
        if "error" in rest:
            error = rest.pop("error")
            if sorted(error) != ["code", "fix", "message"]:
                found.append("%s: an error of other members: %r" % (verb, sorted(error)))
            done = rest.get("changed") or rest.get("purged") or "passphrase" in rest
            if rest and not done:
                found.append("%s: an error, and more: %r" % (verb, sorted(rest)))
            self.look(verb, "", rest, found)  # some of the members: those of what was done
            return [problem for problem in found if not problem.endswith(" is missing")]
        self.look(verb, "", rest, found)
        return found

    def look(self, verb, path, value, found):
        documented = self.members[verb]
        if isinstance(value, dict):
            for name, inner in value.items():
                self.member(verb, (path + "." + name).lstrip("."), inner, found)
            below = [other for other in documented if re.fullmatch(
                re.escape(path + ".").lstrip("\\.") + r"[^.\[\]]+", other)]
            for other in below:
                name = other.rsplit(".", 1)[-1]
                if name not in value and "optional" not in documented[other]:
                    found.append("%s: %s is missing" % (verb, other))
        elif isinstance(value, list):
            for inner in value:
                if path + "[]" in documented:
                    self.member(verb, path + "[]", inner, found)

    def member(self, verb, path, value, found):
        types = self.members[verb].get(path)
        if types and "fix" in types and isinstance(value, dict):
            self.seen[verb].setdefault(path, set()).add("fix")
            if len(value) != 1 or not set(value) <= {"command", "advice"}:
                found.append("%s: %s is no fix (%r)" % (verb, path, value))
            return
        if types is None:
            found.append("%s: %s is not in the page (%r)" % (verb, path, value))
            return
        kind = self.kind_of(value, types)
        self.seen[verb].setdefault(path, set()).add(kind)
        if kind not in types:
            found.append("%s: %s is %s, not %s (%r)" % (verb, path, kind, types, value))
        self.look(verb, path, value, found)

    @staticmethod
    def kind_of(value, types):
        if isinstance(value, list):
            strings = all(isinstance(inner, str) for inner in value)
            return "list of strings" if strings and "list of strings" in types else "list"
        if isinstance(value, bool):
            return "boolean"
        return next(name for name, python in SCALARS.items() if isinstance(value, python))

    def unseen(self, verb, kinds=()):
        """What the page promises, and no report of this verb had: members, and values of null. Of
        what is in a kind of object only where that is among KINDS."""
        missing = []
        for path, types in self.members[verb].items():
            kind = self.kind_above[verb].get(path)
            if kind and kind not in kinds:
                continue
            seen = self.seen[verb].get(path, set())
            if not seen - {"null"}:
                missing.append(path)
            if "null" in types and "null" not in seen:
                missing.append(path + " (null)")
        return missing
