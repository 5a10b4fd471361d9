#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hfssh::manage {

// A JSON value to be printed (RFC 8259): what the reports are made of. nlohmann's library writes
// it; its header stays in one source, since each that includes it costs a compiler and a linter ten
// times the work.
class Json {
  public:
    using Member = std::pair<std::string, Json>;

    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(std::integral auto value) : value_(static_cast<std::int64_t>(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(const std::vector<std::string>& values) : value_(Array(values.begin(), values.end())) {}
    // {{"name", value}, …} is an object, every other list an array, as nlohmann reads them.
    Json(std::initializer_list<Json> values);

    [[nodiscard]] static Json array(std::initializer_list<Json> values = {});
    [[nodiscard]] static Json object();

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }

    // Of an array; null becomes one.
    void push_back(Json value);
    // Of an object, in the order in which its members were first named; null becomes one.
    Json& operator[](const std::string& name);
    void update(const Json& other);
    [[nodiscard]] const std::vector<Member>& items() const;

    // On one line if INDENT is below 0. In ASCII, so that nothing from outside can control a
    // terminal or reorder the text around it; invalid UTF-8 is replaced, never an error.
    [[nodiscard]] std::string dump(int indent = -1) const;

  private:
    using Array = std::vector<Json>;
    using Object = std::vector<Member>;
    [[nodiscard]] bool is_member() const;
    Object& members();

    std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> value_;

    friend struct JsonWriter;
};

}  // namespace hfssh::manage
