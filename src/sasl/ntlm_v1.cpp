// SPDX-License-Identifier: Apache-2.0
// The older NTLM, for servers that know no other: Exim's `spa` is one.
#include <array>
#include <memory>

#include <openssl/evp.h>

#include "sasl/ntlm_hash.hpp"

namespace smtpprobe {
namespace {

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

/// Seven octets as a key of DES: a bit of parity, which nobody looks at, behind every seven bits.
std::array<unsigned char, 8> des_key(std::string_view seven)
{
    std::array<unsigned char, 8> key{};
    for (std::size_t bit = 0; bit < 56; ++bit) {
        const auto from = static_cast<unsigned char>(seven[bit / 8]);
        const auto value = static_cast<unsigned>(from >> (7 - bit % 8) & 1);
        key[bit / 7] = static_cast<unsigned char>(key[bit / 7] | value << (7 - bit % 7));
    }
    return key;
}

/// DES of one block. OpenSSL 3 has it in its legacy provider only; triple DES with three equal keys is the
/// same.
bool add_des(std::string_view seven, std::string_view block, std::string& into)
{
    const auto one = des_key(seven);
    std::array<unsigned char, 24> keys{};
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = one[i % 8];
    const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
    std::array<unsigned char, 16> out{};
    int size = 0;
    if (!context ||
        EVP_EncryptInit_ex(context.get(), EVP_des_ede3_ecb(), nullptr, keys.data(), nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_EncryptUpdate(context.get(), out.data(), &size,
                          reinterpret_cast<const unsigned char*>(block.data()), // NOLINT
                          static_cast<int>(block.size())) != 1 ||
        size != 8)
        return false;
    into.append(out.begin(), out.begin() + 8);
    return true;
}

} // namespace

std::optional<std::string> ntlm_v1_response(std::string_view password, std::string_view server_challenge)
{
    auto hash = md4(utf16_of(password));
    hash.resize(21, '\0');
    std::string response;
    for (std::size_t at = 0; at < hash.size(); at += 7)
        if (!add_des(std::string_view(hash).substr(at, 7), server_challenge, response))
            return std::nullopt;
    return response;
}

} // namespace smtpprobe
