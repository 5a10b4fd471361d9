#include "hfssh/manage/command/options.hpp"

#include <algorithm>
#include <cstddef>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// The only parser of the manager's command line, and the usage text from the same table.
namespace hfssh::manage {
namespace {

using Kind = Declared::Kind;

constexpr std::size_t width = 80;
constexpr std::size_t column = 22;
constexpr std::size_t longest_word = 40;

// How many letters have to be inserted, left out, replaced or exchanged with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        rows[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            rows[i][j] =
                std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a.size()][b.size()];
}

class Reader {
  public:
    explicit Reader(const std::vector<Declared>& declared) : declared_(declared) {}

    CommandLine read(const std::vector<std::string>& words) {
        for (const std::string& word : words) {
            if (line_.open != nullptr && (word == "-" || !word.starts_with('-'))) {
                give(*line_.open, word);
                line_.open = nullptr;
                continue;
            }
            if (line_.open != nullptr) refuse_missing_value();
            if (line_.words_only || word == "-" || !word.starts_with('-')) {
                read_word(word);
            } else if (word == "--") {
                line_.words_only = true;
            } else if (word.starts_with("--")) {
                read_long(word);
            } else {
                read_short(word);
            }
        }
        if (line_.open != nullptr) refuse(missing_value(*line_.open));
        for (const Declared& one : declared_) {
            if (one.kind == Kind::word && one.required && line_.words == 0) {
                std::string help = one.help;
                std::ranges::replace(help, '\n', ' ');
                refuse("missing " + one.what + ": " + help);
            }
        }
        return std::move(line_);
    }

  private:
    static std::string missing_value(const Declared& option) {
        return option.name + " needs a value: " + option.what;
    }

    void refuse_missing_value() {
        refuse(missing_value(*line_.open));
        line_.open = nullptr;
    }

    void refuse(const std::string& message, const std::string& hint = {}) {
        if (line_.error.message.empty()) line_.error = {message, hint};
    }

    void give(const Declared& declared, const std::string& value) {
        const bool again = std::ranges::any_of(
            line_.given, [&](const auto& one) { return one.declared == &declared; });
        if (again && declared.kind == Kind::option) refuse(declared.name + " given more than once");
        line_.given.push_back({&declared, value});
    }

    void read_word(const std::string& word) {
        const auto wanted = std::ranges::find(declared_, Kind::word, &Declared::kind);
        ++line_.words;
        if (wanted != declared_.end() && (wanted->many || line_.words == 1)) {
            give(*wanted, word);
        } else {
            refuse("unexpected argument: " + system::printable(word));
        }
    }

    void read_long(const std::string& word) {
        const auto equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const auto known = std::ranges::find(declared_, name, &Declared::name);
        if (known == declared_.end()) return refuse_unknown(name);
        if (known->kind == Kind::flag) {
            if (equals != std::string::npos) return refuse(name + " takes no value");
            give(*known, {});
        } else if (equals != std::string::npos) {
            give(*known, word.substr(equals + 1));
        } else {
            line_.open = &*known;
        }
    }

    // "-v", "-vC comment", "-Ccomment"
    void read_short(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const std::string name = {'-', word[i]};
            if (name == "-h") {
                line_.help = true;
                continue;
            }
            const auto known = std::ranges::find(declared_, name, &Declared::brief);
            if (known == declared_.end()) return refuse_unknown(i == 1 ? word : name);
            if (known->kind == Kind::flag) {
                give(*known, {});
                continue;
            }
            if (i + 1 < word.size()) return give(*known, word.substr(i + 1));
            line_.open = &*known;
        }
    }

    // "-json" and "--jsno" for "--json"; "--dry" for "--dry-run".
    void refuse_unknown(const std::string& name) {
        std::vector<std::string_view> bare = {"help"};
        for (const Declared& one : declared_) {
            if (one.kind != Kind::word) bare.push_back(std::string_view(one.name).substr(2));
        }
        const auto start = name.find_first_not_of('-');
        const auto meant =
            start == std::string::npos ? std::nullopt : nearest(name.substr(start), bare);
        refuse("unknown option: " + system::printable(name) +
                   (meant ? "; did you mean --" + std::string(*meant) + "?" : std::string()),
               {});
    }

    const std::vector<Declared>& declared_;
    CommandLine line_;
};

// How it appears in the first line of the usage.
std::string synopsis(const Declared& one) {
    if (one.kind == Kind::flag) return "[" + one.name + "]";
    if (one.kind == Kind::option) return "[" + one.name + " " + one.what + "]";
    const std::string word = one.what + (one.many ? "..." : "");
    return one.required ? word : "[" + word + "]";
}

std::string row(const Declared& one) {
    std::string text = "    " + (one.brief.empty() ? "" : one.brief + ", ") + one.name;
    if (!one.what.empty()) text += (one.name.empty() ? "" : " ") + one.what;
    if (text.size() < column) {
        text.append(column - text.size(), ' ');
    } else {
        text += "\n" + std::string(column, ' ');
    }
    std::size_t at = column;
    for (const std::string_view line : system::lines(one.help)) {
        for (const std::string_view word : system::words(line)) {
            if (at > column && at + 1 + word.size() > width) {
                text += "\n" + std::string(column, ' ');
                at = column;
            }
            text += std::string(at > column ? " " : "") + std::string(word);
            at += word.size() + (at > column ? 1 : 0);
        }
    }
    return text + "\n";
}

}  // namespace

CommandLine read_command_line(const std::vector<Declared>& declared,
                              const std::vector<std::string>& words) {
    return Reader(declared).read(words);
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& names) {
    if (word.empty() || word.size() > longest_word) return std::nullopt;
    const std::string lower = system::lower(word);
    for (const std::string_view name : names) {
        if (lower.size() >= 2 && name.starts_with(lower)) return name;
    }
    std::optional<std::string_view> found;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view name : names) {
        const std::size_t here = distance(lower, name);
        if (here >= least) continue;
        least = here;
        found = name;
    }
    return found;
}

const Options::Value& Options::declare(Declared declared) {
    // "-C,--comment"
    if (const auto comma = declared.name.find(','); comma != std::string::npos) {
        declared.brief = declared.name.substr(0, comma);
        declared.name.erase(0, comma + 1);
    }
    declared_.push_back(std::move(declared));
    return values_.emplace_back();
}

const bool& Options::flag(const std::string& name, const std::string& help) {
    return declare({Kind::flag, name, {}, help}).given;
}

const std::optional<std::string>& Options::option(const std::string& name, const std::string& what,
                                                  const std::string& help) {
    return declare({Kind::option, name, what, help}).last;
}

const std::optional<std::string>& Options::argument(const std::string& what,
                                                    const std::string& help) {
    return declare({Kind::word, {}, what, help}).last;
}

const std::vector<std::string>& Options::arguments(const std::string& what, bool required,
                                                   const std::string& help) {
    return declare({Kind::word, {}, what, help, required, true}).all;
}

bool Options::read(const std::vector<std::string>& words) {
    const CommandLine line = read_command_line(declared_, words);
    if (line.help) return true;
    if (!line.error.message.empty()) throw UsageError(line.error);
    for (const auto& [declared, value] : line.given) {
        Value& filled = values_[static_cast<std::size_t>(declared - declared_.data())];
        filled.given = true;
        filled.last = value;
        filled.all.push_back(value);
    }
    return false;
}

std::string Options::usage() const {
    std::string text = "usage: git hf-ssh " + verb_;
    const std::size_t indent = text.size();
    std::size_t at = text.size();
    for (const Declared& one : declared_) {
        const std::string piece = synopsis(one);
        if (at + 1 + piece.size() > width) {
            text += "\n" + std::string(indent, ' ');
            at = indent;
        }
        text += " " + piece;
        at += 1 + piece.size();
    }
    text += "\n\n" + summary_ + "\n";
    for (const Declared& one : declared_)
        text += (&one == &declared_.front() ? "\n" : "") + row(one);
    return text;
}

}  // namespace hfssh::manage
