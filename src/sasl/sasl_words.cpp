// SPDX-License-Identifier: Apache-2.0
#include "sasl/sasl_words.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/secret_mask.hpp"

namespace smtpprobe {
namespace {

/// RFC 5802 5.1; what makes guessing a stolen digest slow.
constexpr std::uint64_t kFewIterations = 4096;

void add(std::string& words, const std::string& more) { words += (words.empty() ? "" : ", ") + more; }

std::string salt_words(const std::string& salt)
{
    const auto bytes = from_base64(salt);
    return bytes ? "salt of " + std::to_string(bytes->size()) + " octets" : "a salt that is no Base64";
}

std::string iteration_words(const std::string& count)
{
    const auto number = parse_number<std::uint64_t>(count);
    const bool few = number && *number < kFewIterations;
    return count + " iterations" + (few ? " (RFC 5802 wants 4096 at least)" : "");
}

/// What a client's final message repeats of the binding and of its first message.
std::string binding_words(const std::string& base64)
{
    const auto bytes = from_base64(base64).value_or("");
    if (bytes.starts_with("p="))
        return "bound to TLS by " + bytes.substr(2, bytes.find(',') - 2);
    return "not bound to TLS";
}

/// gs2-header: `n,,`, `y,,`, `p=tls-exporter,a=admin,`
std::string gs2_words(std::string_view& message)
{
    if (!message.starts_with("n,") && !message.starts_with("y,") && !message.starts_with("p="))
        return {};
    const auto first = message.find(',');
    const auto second = first == message.npos ? message.npos : message.find(',', first + 1);
    if (second == message.npos)
        return {};
    auto words = message.front() == 'p' ? "bound to TLS by " + std::string(message.substr(2, first - 2))
                                        : std::string("not bound to TLS");
    const auto identity = message.substr(first + 1, second - first - 1);
    if (identity.starts_with("a="))
        words += ", acts as " + std::string(identity.substr(2));
    message.remove_prefix(second + 1);
    return words;
}

std::string scram_field(char name, const std::string& value, bool show_secrets)
{
    switch (name) {
    case 'n': return "user " + value;
    case 'r': return "nonce " + value;
    case 's': return salt_words(value);
    case 'i': return iteration_words(value);
    case 'c': return binding_words(value);
    case 'p': return "proof " + masked(value, show_secrets);
    case 'v': return "the server's proof " + value;
    case 'e': return "the server's error: " + value;
    default: return std::string(1, name) + " " + value;
    }
}

/// Cuts one `name=value` or `name="value"` off a list with commas.
struct DigestField {
    std::string name;
    std::string value;
};

DigestField cut_field(std::string_view& list)
{
    DigestField field;
    const auto end = std::min(list.find_first_of("=,"), list.size());
    field.name = std::string(trimmed(list.substr(0, end)));
    const bool has_value = end < list.size() && list[end] == '=';
    list.remove_prefix(std::min(end + 1, list.size()));
    if (!has_value)
        return field;
    if (!list.starts_with('"')) {
        const auto comma = std::min(list.find(','), list.size());
        field.value = std::string(trimmed(list.substr(0, comma)));
        list.remove_prefix(std::min(comma + 1, list.size()));
        return field;
    }
    std::size_t at = 1;
    for (; at < list.size() && list[at] != '"'; ++at) {
        if (list[at] == '\\' && at + 1 < list.size())
            ++at;
        field.value += list[at];
    }
    const auto comma = list.find(',', std::min(at, list.size()));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    return field;
}

} // namespace

std::string masked(std::string_view secret, bool show_secrets)
{
    return std::string(show_secrets ? secret : kMask);
}

std::optional<std::string> scram_attribute(std::string_view message, char name)
{
    for (const auto field : split(message, ','))
        if (field.size() >= 2 && field[0] == name && field[1] == '=')
            return std::string(field.substr(2));
    return std::nullopt;
}

std::optional<std::uint64_t> scram_iterations(std::string_view message)
{
    const auto count = scram_attribute(message, 'i');
    return count ? parse_number<std::uint64_t>(*count) : std::nullopt;
}

std::string scram_words(std::string_view message, bool show_secrets)
{
    std::string words = gs2_words(message);
    for (const auto field : split(message, ',')) {
        if (field.size() < 2 || field[1] != '=')
            add(words, std::string(field));
        else
            add(words, scram_field(field[0], std::string(field.substr(2)), show_secrets));
    }
    return words;
}

std::string digest_md5_words(std::string_view message, bool show_secrets)
{
    std::string words;
    while (!message.empty()) {
        const auto field = cut_field(message);
        if (field.name.empty() && field.value.empty())
            continue;
        const bool secret = equal_ignoring_case(field.name, "response");
        add(words, field.name + ' ' + (secret ? masked(field.value, show_secrets) : field.value));
    }
    return words;
}

std::string plain_words(std::string_view message, bool show_secrets)
{
    const auto parts = split(message, '\0');
    if (parts.size() != 3)
        return {};
    auto words = "user " + std::string(parts[1]);
    if (!parts[0].empty())
        words += ", acts as " + std::string(parts[0]);
    return words + ", password " + masked(parts[2], show_secrets);
}

std::string cram_md5_words(std::string_view message, bool show_secrets)
{
    const auto space = message.rfind(' ');
    if (space == message.npos)
        return {};
    return "user " + std::string(message.substr(0, space)) + ", digest " +
           masked(message.substr(space + 1), show_secrets);
}

std::string proof_in(std::string_view mechanism, std::string_view message)
{
    if (mechanism == "CRAM-MD5")
        return std::string(message.substr(message.rfind(' ') + 1));
    if (mechanism.starts_with("SCRAM-"))
        return scram_attribute(message, 'p').value_or("");
    while (mechanism == "DIGEST-MD5" && !message.empty())
        if (auto field = cut_field(message); equal_ignoring_case(field.name, "response"))
            return std::move(field.value);
    return {};
}

} // namespace smtpprobe
