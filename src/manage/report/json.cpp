#include "hfssh/manage/report/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hfssh::manage {

struct JsonWriter {
    nlohmann::ordered_json operator()(std::monostate) const { return nullptr; }
    nlohmann::ordered_json operator()(const auto& plain) const { return plain; }
    nlohmann::ordered_json operator()(const std::vector<Json>& values) const {
        auto json = nlohmann::ordered_json::array();
        for (const Json& value : values)
            json.push_back(std::visit(*this, value.value_));
        return json;
    }
    nlohmann::ordered_json operator()(const std::vector<Json::Member>& members) const {
        auto json = nlohmann::ordered_json::object();
        for (const auto& [name, value] : members)
            json[name] = std::visit(*this, value.value_);
        return json;
    }
};

Json::Json(std::initializer_list<Json> values) {
    if (!std::ranges::all_of(values, &Json::is_member)) {
        value_ = Array(values);
        return;
    }
    value_ = Object();
    for (const Json& value : values) {
        const auto& pair = std::get<Array>(value.value_);
        (*this)[std::get<std::string>(pair[0].value_)] = pair[1];
    }
}

Json Json::array(std::initializer_list<Json> values) {
    Json json;
    json.value_ = Array(values);
    return json;
}

Json Json::object() {
    Json json;
    json.value_ = Object();
    return json;
}

bool Json::is_member() const {
    const auto* pair = std::get_if<Array>(&value_);
    return pair != nullptr && pair->size() == 2 &&
           std::holds_alternative<std::string>(pair->front().value_);
}

Json::Object& Json::members() {
    if (is_null()) value_ = Object();
    return std::get<Object>(value_);
}

void Json::push_back(Json value) {
    if (is_null()) value_ = Array();
    std::get<Array>(value_).push_back(std::move(value));
}

Json& Json::operator[](const std::string& name) {
    Object& object = members();
    const auto known = std::ranges::find(object, name, &Member::first);
    if (known != object.end()) return known->second;
    return object.emplace_back(name, Json()).second;
}

void Json::update(const Json& other) {
    for (const auto& [name, value] : other.items())
        (*this)[name] = value;
}

const std::vector<Json::Member>& Json::items() const {
    static const Object none;
    const auto* object = std::get_if<Object>(&value_);
    return object != nullptr ? *object : none;
}

std::string Json::dump(int indent) const {
    using nlohmann::ordered_json;
    return std::visit(JsonWriter(), value_)
        .dump(indent, ' ', true, ordered_json::error_handler_t::replace);
}

}  // namespace hfssh::manage
