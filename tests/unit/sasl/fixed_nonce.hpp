// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// Test vectors have fixed nonces, libgsasl draws them. Its functions that make a nonce are called through the
// dynamic linker, so those of the test program take their place (fixed_nonce.cpp).

namespace smtpprobe {

/// While it lives, every nonce of libgsasl is this text.
class FixedNonce {
public:
    explicit FixedNonce(std::string text);
    ~FixedNonce();
    FixedNonce(const FixedNonce&) = delete;
    FixedNonce& operator=(const FixedNonce&) = delete;
};

} // namespace smtpprobe
