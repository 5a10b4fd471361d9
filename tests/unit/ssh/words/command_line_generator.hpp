#pragma once

#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/text.hpp"

namespace hfssh::tests {

using Words = std::vector<std::string>;

// Makes up command lines of ssh, good and bad, the same ones in every run. SPLITS_AS_SHELL: may -o
// have what OpenSSH before 8.7 reads otherwise (single quotes, backslashes, "==")?
class CommandLineGenerator {
  public:
    explicit CommandLineGenerator(bool splits_as_shell) : splits_as_shell_(splits_as_shell) {}

    Words line() {
        Words words;
        add_flags(words, 4);
        if (one_in(10)) words.push_back("--");
        if (!one_in(30)) words.push_back(destination());
        add_flags(words, 3);
        if (one_in(6)) words.push_back(pick({"--", "-", "-4-", "command"}));
        if (one_in(2)) words.push_back(pick({"command", "git-upload-pack 'a/b'", "a@b"}));
        if (one_in(3)) add_flags(words, 2);
        if (one_in(25)) words.push_back(pick({"-p", "-o", "-vl", "-i", "-P"}));
        return words;
    }

  private:
    // The engine's numbers are the same everywhere; the library's distributions are not.
    std::size_t below(std::size_t n) { return engine_() % n; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    std::string pick(const Words& from) { return from[below(from.size())]; }

    std::string user() {
        return pick({"git", "git", "git", "x", "a@b", "a@b", "u v", "u+v", "u%41", "u%4", "u:p",
                     "ü", "a;b", "", "-u", "--"});
    }
    std::string port() {
        return pick({"22", "2222", "1", "23", "65535", "ssh", "+7", " 8", "0022", "4321", "99", "0",
                     "65536", "2x", ""});
    }

    std::string destination() {
        std::string text = pick({"", "", "", "ssh://", "ssh://", "SSH://", "ssh:/"});
        if (!one_in(3)) text += user() + '@';
        text += pick({"h", "h", "hf.co", "HF.co", "hf.co.", "a_b", "a..b", "127.0.0.1", "[::1]",
                      "[h]", "[h", "-h", "h%41", "x@y"});
        if (one_in(3)) text += ':' + port();
        if (one_in(8)) text += pick({"/", "/path", ":"});
        return text;
    }

    // Of a keyword that counts here, in one of the ways to write it.
    std::string option() {
        if (one_in(4)) return pick({"BatchMode=yes", "SendEnv GIT_PROTOCOL", "", "# x", " "});
        const std::string name = pick({"User", "Port", "HostName"});
        const std::string keyword = pick({name, name, system::lower(name), '"' + name + '"',
                                          name.substr(0, 2) + '"' + name.substr(2) + '"'});
        const std::string value = name == "User"   ? pick({"x", "git", "a@b"})
                                  : name == "Port" ? port()
                                                   : pick({"other", "ABC.example"});
        Words written = {value, value, value, '"' + value + '"', value + ' ', "", '"' + value};
        if (splits_as_shell_) {
            const Words more = {'\'' + value + '\'',    value + " # x", value + " y",  "=" + value,
                                "\"" + value + "\"'z'", value + "\\ z", value + "\\\\"};
            written.insert(written.end(), more.begin(), more.end());
        }
        std::string text = pick({"", "", " ", "\t"}) + keyword;
        text += pick({"=", "=", " ", " = ", "\t", "= ", " ="});
        text += pick(written);
        return text;
    }

    // Not -1 (gone), -V and -Q (they answer at once), -y (it writes to the system's log), -s (which
    // few other flags go with).
    void add_flags(Words& words, std::size_t at_most) {
        constexpr std::string_view letters = "246AaCfGgKkMNnPqTtvXxY";
        const std::map<char, Words> values = {{'b', {"127.0.0.1", "--"}},
                                              {'B', {"lo"}},
                                              {'c', {"aes128-ctr"}},
                                              {'D', {"1080"}},
                                              {'E', {"/dev/null"}},
                                              {'e', {"none", "~"}},
                                              {'F', {"none"}},
                                              {'I', {"/x"}},
                                              {'i', {"/none", "-v", "--"}},
                                              {'J', {"jump"}},
                                              {'L', {"1:a:2"}},
                                              {'m', {"hmac-sha2-256"}},
                                              {'O', {"check"}},
                                              {'R', {"1:a:2"}},
                                              {'S', {"none", "--", "-T", ""}},
                                              {'W', {"a:1"}},
                                              {'w', {"any"}},
                                              {'l', {user()}},
                                              {'p', {port()}},
                                              {'o', {option()}}};
        for (std::size_t left = below(at_most + 1); left > 0; --left) {
            std::string word = "-";
            while (one_in(2))
                word += letters[below(letters.size())];
            if (one_in(60)) word += pick({"z", "-x", ":", "-"});
            if (one_in(3)) {
                if (word.size() > 1) words.push_back(word);
                continue;
            }
            auto flag = values.begin();
            std::advance(flag, below(values.size()));
            // Half of the time one of those that say where to connect.
            if (one_in(2)) flag = values.find("lpo"[below(3)]);
            const std::string value = pick(flag->second);
            word += flag->first;
            words.push_back(one_in(2) && !value.empty() ? word + value : word);
            if (words.back() == word) words.push_back(value);
        }
    }

    std::mt19937 engine_{20230719};
    bool splits_as_shell_;
};

}  // namespace hfssh::tests
