#include "hfssh/ssh/config/match_line.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "hfssh/ssh/config/lines.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

using Verdict = MatchAnswer::Verdict;

bool in_list(std::string_view list, std::string_view text) {
    const std::vector<std::string_view> pieces = system::split(list, ',');
    return host_patterns_match({pieces.begin(), pieces.end()}, text);
}

// None for a criterion that can't be told.
std::optional<bool> holds(std::string_view criterion, std::string_view list,
                          const MatchFacts& facts) {
    if (criterion == "host") return in_list(system::lower(list), system::lower(facts.host));
    if (criterion == "originalhost") {
        return in_list(system::lower(list), system::lower(facts.original_host));
    }
    if (criterion == "user") return in_list(list, facts.user);
    if (criterion == "localuser") return in_list(list, facts.local_user);
    return std::nullopt;
}

class Judge {
  public:
    Judge(std::string_view rest, const MatchFacts& facts)
        : facts_(facts), text_(rest), size_(rest.size()), clear_(rest.find_first_of("\\'")) {}

    MatchAnswer answer() {
        while (!text_.empty() && verdict_ != Verdict::malformed) {
            if (!read_criterion()) break;
        }
        if (verdict_ != Verdict::malformed && count_ == 0) malformed("no criterion");
        return {verdict_, detail_, wants_final_};
    }

  private:
    // False: it was the last one.
    bool read_criterion() {
        const std::optional<std::string> word = take_word(text_);
        if (!word || word->empty()) {
            malformed("a word that can't be read");
            return false;
        }
        if (word->front() == '#') return false;
        const bool negated = word->front() == '!';
        const std::string criterion = system::lower(std::string_view(*word).substr(negated));
        ++count_;
        if (is_unclear()) {
            doubt(criterion);
            return false;
        }
        if (criterion == "all") {
            read_all(negated);
            return false;
        }
        if (criterion == "canonical" || criterion == "final") {
            wants_final_ = wants_final_ || criterion == "final";
            found(facts_.final_pass != negated);
            return true;
        }
        return read_list(criterion, negated);
    }

    // Alone, or behind a single criterion.
    void read_all(bool negated) {
        const std::optional<std::string> more = text_.empty() ? std::string() : take_word(text_);
        if (count_ > 2 || !more || !(more->empty() || more->front() == '#')) {
            malformed("\"all\" among other criteria");
        } else {
            found(!negated);
        }
    }

    bool read_list(const std::string& criterion, bool negated) {
        const std::optional<std::string> list = text_.empty() ? std::string() : take_word(text_);
        if (is_unclear()) {
            doubt(criterion);
            return false;
        }
        if (!list || list->empty() || list->front() == '#') {
            malformed(criterion + " without a value");
            return false;
        }
        if (const std::optional<bool> holding = holds(criterion, *list, facts_)) {
            found(*holding != negated);
        } else {
            doubt(criterion);
        }
        return true;
    }

    // Has the part been reached that is not read alike by every version?
    [[nodiscard]] bool is_unclear() const { return size_ - text_.size() > clear_; }

    void found(bool holding) {
        if (!holding) verdict_ = Verdict::does_not;
    }
    void doubt(const std::string& criterion) {
        if (verdict_ != Verdict::applies) return;
        verdict_ = Verdict::unknown;
        detail_ = criterion;
    }
    void malformed(const std::string& why) {
        verdict_ = Verdict::malformed;
        detail_ = why;
    }

    const MatchFacts& facts_;
    std::string_view text_;
    std::size_t size_;
    std::size_t clear_;
    int count_ = 0;
    Verdict verdict_ = Verdict::applies;
    std::string detail_;
    bool wants_final_ = false;
};

}  // namespace

MatchAnswer judge_match(std::string_view rest, const MatchFacts& facts) {
    if (!split_arguments(rest)) return {Verdict::malformed, "a quote that does not end"};
    return Judge(rest, facts).answer();
}

}  // namespace hfssh::ssh
