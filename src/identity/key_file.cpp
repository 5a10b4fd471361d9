// A private key file, read as far as it goes without its passphrase.
#include "hfssh/identity/key_file.hpp"

#include "hfssh/hub/wire.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {

namespace {

constexpr std::string_view begin = "-----BEGIN ";
constexpr std::string_view end_of_mark = "-----";
constexpr std::string_view private_key = "PRIVATE KEY";

// Everything between BEGIN and END.
struct Armour {
    std::string_view label;  // "OPENSSH", "RSA", "ENCRYPTED", or empty for PKCS#8
    bool encrypted = false;  // by its headers (RFC 1421)
    std::string base64;      // without line ends; holds the private part
};

// The label of a "-----BEGIN … PRIVATE KEY-----" line.
std::optional<std::string_view> private_label(std::string_view line) {
    line = system::trim(line);
    if (!line.starts_with(begin) || !line.ends_with(end_of_mark)) return std::nullopt;
    line.remove_prefix(begin.size());
    if (line.size() < end_of_mark.size()) return std::nullopt;
    line.remove_suffix(end_of_mark.size());
    if (!line.ends_with(private_key)) return std::nullopt;
    line.remove_suffix(private_key.size());
    return system::trim(line);
}

bool starts_encrypted_header(std::string_view line) {
    return line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED");
}

// The first private key's armour; lines before it (bag attributes) are skipped.
std::optional<Armour> read_armour(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::optional<Armour> armour;
    for (const std::string_view raw : system::lines(text)) {
        const std::string_view line = system::trim(raw);
        if (!armour) {
            if (const auto label = private_label(line)) {
                armour = Armour{*label, false, {}};
                armour->base64.reserve(text.size());  // never moved: no copy escapes the wiping
            }
        } else if (line.starts_with("-----END ")) {
            return armour;
        } else if (line.find(':') != std::string_view::npos) {
            armour->encrypted = armour->encrypted || starts_encrypted_header(line);
        } else {
            armour->base64 += line;
        }
    }
    if (armour) wipe(armour->base64);
    return std::nullopt;
}

std::optional<KeyFile> read_openssh(std::string_view bytes) {
    constexpr std::string_view magic("openssh-key-v1\0", 15);  // with its NUL
    if (!bytes.starts_with(magic)) return std::nullopt;
    hub::WireReader reader(bytes.substr(magic.size()));
    const std::string_view cipher = reader.string();
    (void)reader.string();  // key derivation, and its options
    (void)reader.string();
    const std::uint32_t count = reader.uint32();
    const std::string_view blob = reader.string();
    const std::string_view secret = reader.string();
    if (!reader.good() || count != 1 || secret.empty()) return std::nullopt;
    std::optional<PublicKey> key = read_public_key(blob);
    if (!key || key->is_certificate()) return std::nullopt;
    KeyFile file;
    file.encrypted = cipher != "none";
    file.label = key->algorithm;
    file.key = std::move(key);
    return file;
}

KeyForm openssh_form(std::string_view text) {
    constexpr std::string_view first = "-----BEGIN OPENSSH PRIVATE KEY-----";
    constexpr std::string_view last = "\n-----END OPENSSH PRIVATE KEY-----";
    if (!text.starts_with(first)) return KeyForm::surrounded;
    if (text.substr(first.size()).starts_with("\r")) return KeyForm::crlf;
    const std::size_t at = text.find(last);
    if (!text.substr(first.size()).starts_with('\n')) return KeyForm::surrounded;
    if (at == std::string_view::npos) return KeyForm::no_end;
    const std::string_view rest = text.substr(at + last.size());
    if (rest.empty()) return KeyForm::no_final_newline;
    if (rest.starts_with('\r')) return KeyForm::crlf;
    return rest.starts_with('\n') ? KeyForm::good : KeyForm::surrounded;
}

KeyForm pem_form(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // ssh 9.2 reads on over it
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const bool at_start = text.starts_with(begin) || text.find("\n-----BEGIN ") != text.npos;
    if (!at_start) return KeyForm::surrounded;
    const std::size_t end = text.rfind("-----END ");
    const bool whole = end != text.npos && text.find("PRIVATE KEY-----", end) != text.npos;
    return whole ? KeyForm::good : KeyForm::no_end;
}

std::optional<Algorithm> algorithm_of(std::string_view label) {
    if (label == "RSA") return Algorithm::rsa;
    if (label == "EC") return Algorithm::ecdsa;
    if (label == "DSA") return Algorithm::dsa;
    return std::nullopt;
}

std::optional<KeyFile> read_pem(const Armour& armour, std::string_view bytes) {
    KeyFile file;
    file.encrypted = armour.encrypted || armour.label == "ENCRYPTED";
    file.label = algorithm_of(armour.label);
    if (!file.encrypted && !bytes.starts_with('\x30')) return std::nullopt;
    if (!file.encrypted) file.key = read_private_der(armour.label, bytes);
    if (file.key) file.label = file.key->algorithm;
    return file;
}

bool known_label(std::string_view label) {
    return label.empty() || label == "ENCRYPTED" || algorithm_of(label);
}

}  // namespace

void wipe(std::string& text) {
    volatile char* bytes = text.data();
    for (std::size_t i = 0; i < text.size(); ++i)
        bytes[i] = '\0';
    text.clear();
}

std::optional<KeyFile> read_key_file(std::string_view text) {
    // ssh(1) looks for a public line first, and stops at the BEGIN of a private part.
    if (std::optional<PublicLine> line = read_public_file(text)) {
        const Algorithm algorithm = line->key.algorithm;
        return KeyFile{KeyFile::Kind::public_key, false,        std::move(line->key), algorithm,
                       std::move(line->comment),  KeyForm::good};
    }
    std::optional<Armour> armour = read_armour(text);
    if (!armour) return std::nullopt;
    const Secret base64(std::move(armour->base64));
    std::optional<std::string> decoded = system::base64_decode(base64.view());
    if (!decoded) return std::nullopt;
    const Secret bytes(std::move(*decoded));
    std::optional<KeyFile> file;
    if (armour->label == "OPENSSH") {
        file = read_openssh(bytes.view());
        if (file) file->form = openssh_form(text);
    } else if (known_label(armour->label)) {
        file = read_pem(*armour, bytes.view());
        if (file) file->form = pem_form(text);
    }
    return file;
}

}  // namespace hfssh::identity
