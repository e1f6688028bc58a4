// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

enum class VerbStanding : std::uint8_t {
    current,          ///< of RFC 5321 itself
    extension,        ///< of an RFC; use it only where the reply to EHLO lists it
    obsolete,         ///< was a standard once
    never_a_standard, ///< of one vendor, or of one program
};

template <> struct Names<VerbStanding> {
    static constexpr std::string_view all[] = {"current", "extension", "obsolete", "never-a-standard"};
    static constexpr VerbStanding last = VerbStanding::never_a_standard;
};

/// What a reply code means in answer to one verb.
struct VerbReply {
    int code = 0;
    std::string_view means; ///< a few words, no final full stop
};

/// A command of SMTP, as `smtpprobe explain ETRN` tells of it. All texts are static ASCII.
struct Verb {
    std::string_view name;   ///< in capitals
    std::string_view syntax; ///< `MAIL FROM:<user@DOMAIN> [parameters]`
    std::string_view does;   ///< one to three sentences
    VerbStanding standing{};
    std::span<const VerbReply> replies;        ///< ascending by code
    std::span<const std::string_view> by_hand; ///< what to know when typing it; may be empty
    std::span<const std::string_view> source;
};

/// The verb of that name, or nullptr. Case does not matter.
const Verb* find_verb(std::string_view name);
/// Every verb, in the order of the alphabet.
std::span<const Verb> all_verbs();

} // namespace smtpprobe
