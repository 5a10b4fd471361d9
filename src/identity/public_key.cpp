#include "hfssh/identity/public_key.hpp"

#include <algorithm>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {

std::string PublicKey::fingerprint() const {
    return system::fingerprint(plain());
}

std::string PublicKey::label() const {
    if (algorithm != Algorithm::other) return std::string(algorithm_name(algorithm));
    std::string_view name = type;
    if (name.starts_with("ssh-")) name.remove_prefix(4);
    std::string upper(name.substr(0, name.find('@')));
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

std::optional<PublicKey> read_public_key(std::string_view blob) {
    auto read = hub::read_key_blob(blob);
    if (!read) return std::nullopt;
    return PublicKey{read->algorithm, read->bits, std::move(read->type), std::string(blob),
                     std::move(read->certified)};
}

std::optional<PublicLine> read_public_line(std::string_view line) {
    line = system::trim(line);
    const std::size_t type_end = line.find_first_of(" \t");
    if (type_end == std::string_view::npos) return std::nullopt;
    const std::string_view type = line.substr(0, type_end);
    const std::string_view rest = system::trim(line.substr(type_end));
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::optional<std::string> blob = system::base64_decode(rest.substr(0, end));
    if (!blob) return std::nullopt;
    std::optional<PublicKey> key = read_public_key(*blob);
    if (!key || key->type != type) return std::nullopt;
    return PublicLine{std::move(*key), std::string(system::trim(rest.substr(end)))};
}

std::optional<PublicLine> read_public_file(std::string_view text) {
    for (const std::string_view line : system::lines(text)) {
        if (line.starts_with("-----BEGIN")) break;
        const std::string_view trimmed = system::trim(line);
        if (trimmed.empty() || trimmed[0] == '#') continue;
        if (std::optional<PublicLine> found = read_public_line(trimmed)) return found;
    }
    return std::nullopt;
}

std::string public_file_text(const PublicKey& key, std::string_view comment) {
    std::string text(hub::WireReader(key.plain()).string());
    text.append(" ").append(system::base64_encode(key.plain()));
    if (!comment.empty() && !system::has_control_character(comment)) {
        text.append(" ").append(comment);
    }
    return text.append("\n");
}

}  // namespace hfssh::identity
