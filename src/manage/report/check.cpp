#include <algorithm>

#include "hfssh/manage/report/report.hpp"

// How checks are shown, by `doctor` and by `keys check`.
namespace hfssh::manage {

using Result = Check::Result;

const char* name_of(Mark mark) {
    constexpr const char* names[] = {"ok", "warning", "failure", "skipped"};
    return names[static_cast<std::size_t>(mark)];
}

void describe(const Check& check, const std::string& label, const std::string& text,
              std::size_t width, Record& record) {
    const auto shown = [&](const char* name, const std::string& value) {
        return !label.empty() && is_problem(check) && !value.empty() ? name : "";
    };
    if (!label.empty()) {
        std::string padded = label;
        padded.resize(std::max(width, label.size()), ' ');
        record.mark(check.result, padded, text);
    }
    record.json("name", check.name).json("result", name_of(check.result));
    record.json("found", check.found);
    record.add({"why", shown("why", check.why), check.why, check.why});
    record.fix("fix", shown("fix", check.fix), system::read_hint(check.fix), Tone::strong);
}

void start_with(const Checks& checks, Record& record) {
    for (const Result result : {Result::failure, Result::warning}) {
        const auto found = std::ranges::find_if(checks, [&](const Check& check) {
            return check.result == result && !check.fix.empty();
        });
        if (found == checks.end()) continue;
        const system::Fix fix = system::read_hint(found->fix);
        const Json first = {{"check", found->name}, {"fix", fix_json(fix)}};
        record.add({"first", "start with", first, fix.command.empty() ? fix.advice : fix.command,
                    Tone::strong, true});
        return;
    }
    record.json("first", Json());
}

}  // namespace hfssh::manage
