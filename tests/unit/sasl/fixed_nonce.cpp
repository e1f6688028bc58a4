// SPDX-License-Identifier: Apache-2.0
#include "fixed_nonce.hpp"

#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include <gsasl.h>
#include <openssl/rand.h>

#include "base/base64.hpp"

namespace {

std::optional<std::string> fixed; // NOLINT
const char* drawn_into = nullptr; // NOLINT

} // namespace

extern "C" int gsasl_nonce(char* data, size_t size)
{
    drawn_into = data;
    RAND_bytes(reinterpret_cast<unsigned char*>(data), static_cast<int>(size)); // NOLINT
    return GSASL_OK;
}

extern "C" int gsasl_base64_to(const char* in, size_t in_size, char** out, size_t* out_size)
{
    const bool is_nonce = fixed && in == drawn_into;
    const auto text = is_nonce ? *fixed : smtpprobe::to_base64({in, in_size});
    *out = strdup(text.c_str());
    if (out_size != nullptr)
        *out_size = text.size();
    return GSASL_OK;
}

namespace smtpprobe {

FixedNonce::FixedNonce(std::string text) { fixed = std::move(text); }
FixedNonce::~FixedNonce() { fixed.reset(); }

} // namespace smtpprobe
