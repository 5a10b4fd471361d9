#include "server_offer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "clear_packet.hpp"
#include "hfssh/identity/wire.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::native {
namespace {

using identity::WireReader;

// RFC 4253 section 4.2 bounds the version line; of those before it OpenSSH takes as many.
constexpr std::size_t longest_version = 255;
constexpr std::size_t longest_line = 8192;
constexpr std::size_t longest_preface = 64 * 1024;

// Where the version line begins and ends, and the byte behind its newline.
struct VersionLine {
    std::string_view line;
    std::size_t end = 0;
};

std::variant<VersionLine, OfferProblem> read_version_line(std::string_view received) {
    std::size_t start = 0;
    while (start < longest_preface) {
        const std::size_t end = received.find('\n', start);
        const bool whole = end != std::string_view::npos;
        std::string_view line = received.substr(start, whole ? end - start : end);
        const bool is_version = line.starts_with("SSH-");
        if (line.size() > (is_version ? longest_version : longest_line)) break;
        if (!whole) return OfferProblem::incomplete;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (is_version) return VersionLine{line, end + 1};
        start = end + 1;
    }
    return OfferProblem::not_ssh;
}

std::optional<std::vector<std::string>> read_names(WireReader& reader) {
    const std::string_view list = reader.string();
    const bool visible =
        std::all_of(list.begin(), list.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!reader.good() || !visible) return std::nullopt;
    std::vector<std::string> names;
    if (list.empty()) return names;
    for (const std::string_view name : system::split(list, ',')) {
        if (name.empty()) return std::nullopt;
        names.emplace_back(name);
    }
    return names;
}

// RFC 4253 section 7.1: a cookie, ten lists of names, a flag and a number for later.
bool read_kexinit(std::string_view payload, ServerOffer& offer) {
    constexpr int cookie = 16;
    constexpr int lists = 10;
    WireReader reader(payload);
    for (int i = 0; i < 1 + cookie; ++i)
        (void)reader.byte();
    for (int i = 0; i < lists; ++i) {
        auto names = read_names(reader);
        if (!names) return false;
        if (i == 0) offer.key_exchanges = std::move(*names);
        if (i == 1) offer.host_key_algorithms = std::move(*names);
    }
    (void)reader.byte();
    (void)reader.uint32();
    offer.kexinit = payload;
    return reader.finished();
}

struct KnownAlgorithm {
    std::string_view algorithm;
    std::string_view type;
};

// RFC 8332: RSA keys are of one type, whatever they sign with.
constexpr auto known_algorithms = std::to_array<KnownAlgorithm>({
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256", "ssh-rsa"},
    {"ssh-rsa", "ssh-rsa"},
    {"ssh-dss", "ssh-dss"},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
});

OfferedType type_of(const std::string& algorithm) {
    for (const KnownAlgorithm& known : known_algorithms) {
        if (known.algorithm == algorithm) return {std::string(known.type), {algorithm}};
    }
    const bool is_certificate = algorithm.find("-cert-v0") != std::string::npos;
    return {algorithm, {algorithm}, is_certificate, false};
}

}  // namespace

std::variant<ServerOffer, OfferProblem> read_server_offer(std::string_view received) {
    const auto version = read_version_line(received);
    if (const auto* problem = std::get_if<OfferProblem>(&version)) return *problem;
    const auto& [line, end] = std::get<VersionLine>(version);
    // 1.99 is a server that also knows SSH 1 (RFC 4253 section 5.1).
    if (!line.starts_with("SSH-2.0-") && !line.starts_with("SSH-1.99-")) {
        return OfferProblem::old_protocol;
    }
    ServerOffer offer;
    offer.version = line;
    offer.length = end;
    while (offer.length < longest_offer) {
        const auto read = read_clear_packet(received.substr(offer.length));
        if (const auto* problem = std::get_if<PacketProblem>(&read)) {
            return *problem == PacketProblem::incomplete ? OfferProblem::incomplete
                                                         : OfferProblem::broken;
        }
        const auto& packet = std::get<ClearPacket>(read);
        offer.length += packet.length;
        switch (packet.message) {
            case message::kexinit:
                if (read_kexinit(packet.payload, offer)) return offer;
                return OfferProblem::broken;
            case message::disconnect:
                return OfferProblem::disconnected;
            case message::ignore:
            case message::debug:
            case message::unimplemented:
                break;
            default:
                return OfferProblem::broken;
        }
    }
    return OfferProblem::broken;
}

std::string_view describe(OfferProblem problem) {
    switch (problem) {
        case OfferProblem::incomplete:
            return "the server stopped in the middle of its offer";
        case OfferProblem::not_ssh:
            return "what answers is not an SSH server";
        case OfferProblem::old_protocol:
            return "the server speaks only version 1 of SSH";
        case OfferProblem::disconnected:
            return "the server ended the connection";
        case OfferProblem::broken:
            break;
    }
    return "the server's offer is damaged";
}

std::vector<OfferedType> offered_types(const std::vector<std::string>& algorithms) {
    std::vector<OfferedType> types;
    for (const std::string& algorithm : algorithms) {
        OfferedType type = type_of(algorithm);
        const auto known = std::find_if(types.begin(), types.end(), [&](const OfferedType& other) {
            return other.type == type.type;
        });
        if (known == types.end()) {
            types.push_back(std::move(type));
        } else {
            known->algorithms.push_back(algorithm);
        }
    }
    return types;
}

}  // namespace hfssh::native
