#include "complaint.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "hfssh/manage/command/suggestion.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using system::printable;
using Kind = Declared::Kind;

class Reading {
  public:
    explicit Reading(const std::vector<Declared>& declared) : declared_(declared) {}

    UsageError read(const std::vector<std::string>& words) {
        bool options = true;
        for (std::size_t i = 0; i < words.size() && error_.message.empty(); ++i) {
            const std::string& word = words[i];
            if (options && word == "--") {
                options = false;
            } else if (options && word.size() > 1 && word.starts_with('-')) {
                const bool next =
                    i + 1 < words.size() && (words[i + 1] == "-" || !words[i + 1].starts_with("-"));
                if (read_option(word, next)) ++i;
            } else {
                read_word(word);
            }
        }
        if (error_.message.empty()) look_for_missing();
        return error_;
    }

  private:
    // True: the next word is its value.
    bool read_option(const std::string& word, bool has_next) {
        const auto equals = word.find('=');
        std::string name = word.substr(0, equals);
        const Declared* known = find(name);
        if (known != nullptr) name = known->name;
        if (known == nullptr) {
            refuse_option(name);
        } else if (known->kind == Kind::flag && equals != std::string::npos) {
            error_.message = name + " takes no value";
        } else if (known->kind == Kind::option) {
            if (!given_.insert(name).second) error_.message = name + " is there twice";
            if (equals != std::string::npos) return false;
            if (!has_next) error_.message = name + " needs a value: " + known->what;
            return has_next;
        }
        return false;
    }

    void read_word(const std::string& word) {
        const Declared* wanted = nullptr;
        for (const Declared& one : declared_) {
            if (one.kind == Kind::word) wanted = &one;
        }
        ++words_;
        if (wanted != nullptr && (wanted->many || words_ == 1)) return;
        error_.message = "'" + printable(word) + "' is one word too many";
    }

    void look_for_missing() {
        for (const Declared& one : declared_) {
            if (one.kind == Kind::word && one.required && words_ == 0) {
                error_.message = one.what + " is missing: " + one.help;
                std::ranges::replace(error_.message, '\n', ' ');
            }
        }
    }

    void refuse_option(const std::string& name) {
        error_.message = "there is no option " + printable(name);
        std::vector<std::string_view> names = {"--help"};
        for (const Declared& one : declared_) {
            if (one.kind != Kind::word) names.push_back(one.name);
        }
        if (const auto meant = nearest_option(name, names))
            error_.hint = "did you mean: " + std::string(*meant);
    }

    // "-json" and "--jsno" for "--json"; "--dry" for "--dry-run".
    static std::optional<std::string_view> nearest_option(
        std::string_view name, const std::vector<std::string_view>& names) {
        std::vector<std::string_view> bare;
        for (const std::string_view one : names)
            bare.push_back(one.substr(one.find_first_not_of('-')));
        const auto start = name.find_first_not_of('-');
        if (start == std::string_view::npos) return std::nullopt;
        const auto meant = nearest(name.substr(start), bare);
        if (!meant) return std::nullopt;
        const auto at = std::ranges::find(bare, *meant) - bare.begin();
        return names[static_cast<std::size_t>(at)];
    }

    const Declared* find(const std::string& name) const {
        const auto found = std::ranges::find_if(
            declared_, [&](const Declared& one) { return one.name == name || one.brief == name; });
        return found == declared_.end() ? nullptr : &*found;
    }

    const std::vector<Declared>& declared_;
    UsageError error_;
    std::set<std::string> given_;
    std::size_t words_ = 0;
};

}  // namespace

UsageError complaint(const std::vector<Declared>& declared, const std::vector<std::string>& words) {
    return Reading(declared).read(words);
}

}  // namespace hfssh::manage
