// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/reply.hpp"

namespace smtpprobe {

/// One line of an EHLO reply behind the first: a keyword and its parameters (RFC 5321 4.1.1.1).
struct Capability {
    std::string keyword;                 ///< upper case
    std::vector<std::string> parameters; ///< as sent
    friend bool operator==(const Capability&, const Capability&) = default;
};

/// What is odd about the list.
enum class CapabilityFault : std::uint8_t {
    duplicate,     ///< the same keyword twice with differing parameters
    malformed,     ///< no keyword: `250-=?`, or a keyword with other characters than RFC 5321 allows
    equals_form,   ///< `AUTH=LOGIN`: the form of old drafts; read as AUTH
    masked,        ///< `XXXXXXXA`, starred: a middlebox was here
    bad_parameter, ///< SIZE that is no number, and the like
};

template <> struct Names<CapabilityFault> {
    static constexpr std::string_view all[] = {"duplicate", "malformed", "equals-form", "masked",
                                               "bad-parameter"};
    static constexpr CapabilityFault last = CapabilityFault::bad_parameter;
};

struct CapabilityNote {
    CapabilityFault fault{};
    std::string line; ///< raw
    friend bool operator==(const CapabilityNote&, const CapabilityNote&) = default;
};

struct Capabilities {
    std::string server_name; ///< the first word of the reply's first line; raw
    std::vector<Capability> all;
    std::vector<CapabilityNote> notes;

    /// The first of that keyword (any case), or nullptr.
    const Capability* find(std::string_view keyword) const;
    bool has(std::string_view keyword) const { return find(keyword) != nullptr; }
    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// Reads the reply to EHLO or LHLO. Total: any reply gives a list, perhaps an empty one.
Capabilities parse_capabilities(const Reply& reply);

} // namespace smtpprobe
