// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

/// What stands in the place of a secret.
inline constexpr std::string_view kMask = "********";

/// Takes our own secrets out of what a server or a proxy says: many quote what they do not understand.
class SecretMask {
public:
    SecretMask() = default;
    /// --show-secrets: nothing is taken out, whatever hide() is told.
    static SecretMask transparent();

    /// A password, a token, a proof: neither itself nor Base64 of it, alone or amid other bytes, is shown.
    /// Under 4 octets are left alone, since they stand in every text; under 8 count as a word of their own.
    void hide(std::string_view secret);
    /// Base64 that we sent, as it stands. Under 8 characters are left alone.
    void hide_base64(std::string_view line);

    /// How much there is of a text.
    enum class Extent : std::uint8_t { whole, cut }; ///< cut: it may end amid a secret
    std::string masked(std::string text, Extent extent = Extent::whole) const;

private:
    struct Form {
        std::string text;
        bool base64 = false; ///< the whole run of Base64 around it goes
    };
    void add(std::string text, bool base64);

    std::vector<Form> forms_; ///< the longest first
    bool transparent_ = false;
};

} // namespace smtpprobe
