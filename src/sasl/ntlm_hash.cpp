// SPDX-License-Identifier: Apache-2.0
#include "sasl/ntlm_hash.hpp"

#include <array>
#include <bit>
#include <cstdint>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/printable.hpp"

namespace smtpprobe {
namespace {

using Words = std::array<std::uint32_t, 16>;

std::uint32_t octet(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

/// One of the three rounds of RFC 1320 3.4: its function, its constant, the order of the words, the shifts.
struct Round {
    std::uint32_t (*mix)(std::uint32_t, std::uint32_t, std::uint32_t);
    std::uint32_t constant;
    std::array<std::size_t, 16> order;
    std::array<int, 4> shifts;
};

constexpr Round kRounds[] = {
    {[](std::uint32_t x, std::uint32_t y, std::uint32_t z) { return (x & y) | (~x & z); },
     0,
     {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
     {3, 7, 11, 19}},
    {[](std::uint32_t x, std::uint32_t y, std::uint32_t z) { return (x & y) | (x & z) | (y & z); },
     0x5a827999,
     {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15},
     {3, 5, 9, 13}},
    {[](std::uint32_t x, std::uint32_t y, std::uint32_t z) { return x ^ y ^ z; },
     0x6ed9eba1,
     {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15},
     {3, 9, 11, 15}},
};

void add_block(std::array<std::uint32_t, 4>& state, const Words& block)
{
    auto now = state;
    for (const auto& round : kRounds) {
        for (std::size_t i = 0; i < 16; ++i) {
            const std::size_t a = (16 - i) % 4;
            const auto mixed = round.mix(now[(a + 1) % 4], now[(a + 2) % 4], now[(a + 3) % 4]);
            now[a] = std::rotl(now[a] + mixed + block[round.order[i]] + round.constant, round.shifts[i % 4]);
        }
    }
    for (std::size_t i = 0; i < 4; ++i)
        state[i] += now[i];
}

std::string little_endian(std::uint64_t value, int octets)
{
    std::string bytes;
    for (int i = 0; i < octets; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

void add_utf8(std::string& text, std::uint32_t point)
{
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xc0 | point >> 6);
        tail(0);
    } else if (point < 0x10000) {
        text += static_cast<char>(0xe0 | point >> 12);
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0 | point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

constexpr std::uint32_t kReplacement = 0xfffd;

std::uint32_t code_point(std::string_view sequence)
{
    constexpr std::uint32_t kLead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    std::uint32_t point = octet(sequence, 0) & kLead[sequence.size()];
    for (std::size_t i = 1; i < sequence.size(); ++i)
        point = point << 6 | (octet(sequence, i) & 0x3f);
    return point;
}

/// The capital letter of that UTF-16 unit: of the scripts whose letters have one at a fixed distance. A name
/// in others (Turkish dotless i, Armenian ...) stays as it is.
std::uint32_t capital(std::uint32_t unit)
{
    const auto within = [&](std::uint32_t first, std::uint32_t last) {
        return unit >= first && unit <= last;
    };
    const bool latin = within('a', 'z') || (within(0xe0, 0xfe) && unit != 0xf7);
    const bool greek = within(0x3b1, 0x3c9) && unit != 0x3c2;
    if (latin || greek || within(0x430, 0x44f))
        return unit - 0x20;
    if (within(0x450, 0x45f))
        return unit - 0x50;
    const bool odd_pairs = within(0x139, 0x148) || within(0x179, 0x17e);
    const bool pairs = within(0x100, 0x12f) || within(0x132, 0x137) || within(0x14a, 0x177) || odd_pairs;
    if (pairs && (unit % 2 == 1) != odd_pairs)
        return unit - 1;
    return unit;
}

std::string upper_utf16(std::string_view text)
{
    std::string upper;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        upper += little_endian(capital(octet(text, at) | octet(text, at + 1) << 8), 2);
    return upper;
}

} // namespace

std::string md4(std::string_view bytes)
{
    std::string padded(bytes);
    padded += '\x80';
    padded.append((120 - padded.size() % 64) % 64, '\0');
    padded += little_endian(std::uint64_t{bytes.size()} * 8, 8);
    std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (std::size_t at = 0; at < padded.size(); at += 64) {
        Words block{};
        for (std::size_t i = 0; i < 64; ++i)
            block[i / 4] |= octet(padded, at + i) << (8 * (i % 4));
        add_block(state, block);
    }
    std::string digest;
    for (const auto word : state)
        digest += little_endian(word, 4);
    return digest;
}

std::optional<std::string> hmac_md5(std::string_view key, std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data()); // NOLINT
    if (HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()), data, bytes.size(), digest.data(), &size) ==
        nullptr)
        return std::nullopt;
    return std::string(digest.begin(), digest.begin() + size);
}

std::string utf16_of(std::string_view utf8)
{
    std::string text;
    while (!utf8.empty()) {
        const auto length = utf8_sequence_length(utf8);
        auto point = length == 0 ? kReplacement : code_point(utf8.substr(0, length));
        utf8.remove_prefix(length == 0 ? 1 : length);
        if (point >= 0x10000) {
            point -= 0x10000;
            text += little_endian(0xd800 | point >> 10, 2) + little_endian(0xdc00 | (point & 0x3ff), 2);
        } else {
            text += little_endian(point, 2);
        }
    }
    return text;
}

std::string utf8_of(std::string_view utf16)
{
    std::string text;
    const auto unit = [&](std::size_t at) { return octet(utf16, at) | octet(utf16, at + 1) << 8; };
    for (std::size_t at = 0; at + 1 < utf16.size(); at += 2) {
        const auto first = unit(at);
        const bool high = (first & 0xfc00) == 0xd800;
        const bool low_follows = at + 3 < utf16.size() && (unit(at + 2) & 0xfc00) == 0xdc00;
        if (high && low_follows) {
            add_utf8(text, 0x10000 + ((first & 0x3ff) << 10 | (unit(at + 2) & 0x3ff)));
            at += 2;
        } else {
            add_utf8(text, (first & 0xf800) == 0xd800 ? kReplacement : first);
        }
    }
    return text;
}

std::optional<NtlmProof> ntlm_proof(std::string_view user, std::string_view domain, std::string_view password,
                                    std::string_view server_challenge, std::string_view client_challenge,
                                    std::string_view time, std::string_view target_info)
{
    const auto key = hmac_md5(md4(utf16_of(password)), upper_utf16(utf16_of(user)) + utf16_of(domain));
    if (!key)
        return std::nullopt;
    const std::string zeros(4, '\0');
    std::string blob("\x01\x01\0\0\0\0\0\0", 8);
    blob += std::string(time) + std::string(client_challenge) + zeros + std::string(target_info) + zeros;
    const auto proof = hmac_md5(*key, std::string(server_challenge) + blob);
    const auto old = hmac_md5(*key, std::string(server_challenge) + std::string(client_challenge));
    if (!proof || !old)
        return std::nullopt;
    const auto session_key = hmac_md5(*key, *proof);
    if (!session_key)
        return std::nullopt;
    return NtlmProof{*key, *old + std::string(client_challenge), *proof + blob, *session_key};
}

} // namespace smtpprobe
