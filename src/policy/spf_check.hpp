// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/sender_policy.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What is asked: may `address` send mail of `sender` (RFC 7208 section 4.1)?
struct SpfQuery {
    std::string domain;               ///< whose record it is; empty: that of the sender, or of the EHLO name
    std::string sender;               ///< MAIL FROM without brackets; empty: postmaster at the EHLO name
    std::string helo;                 ///< the EHLO name, for %{h}; may be empty
    IpAddress address;                ///< unspecified: the records are walked, and nothing matches
    std::string receiver = "unknown"; ///< for %{r} of an explanation
    Instant now{};                    ///< for %{t} of an explanation
};

/// check_host() of RFC 7208, without a resolver: it says which questions it needs, and is told what came of
/// them. Bounded: at most kMaxQuestions, whatever the records say.
///
///     SpfCheck check(query);
///     for (;;) {
///         auto step = check.next();
///         if (const auto* done = std::get_if<PolicyCheck>(&step)) …
///         else ask all of them, and give each Lookup to heard()
///     }
///
/// With an unspecified address every term of every record is followed, and none matches: so all flaws are
/// found. The result is then `permerror` or `temperror` for a flaw that would make it so, else `neutral`, or
/// `none` without a record.
class SpfCheck {
public:
    explicit SpfCheck(SpfQuery query);
    ~SpfCheck();
    SpfCheck(SpfCheck&&) noexcept;
    SpfCheck& operator=(SpfCheck&&) noexcept;

    using Questions = std::vector<Question>;
    /// The questions that are open now, never none of them; or the outcome.
    std::variant<Questions, PolicyCheck> next();
    /// An answer to one of them. Others are ignored.
    void heard(const Lookup& lookup);

    static constexpr int kMaxTerms = 10;       ///< that ask DNS (4.6.4)
    static constexpr int kMaxVoids = 2;        ///< (4.6.4)
    static constexpr int kMaxNames = 10;       ///< of an MX or PTR answer (4.6.4)
    static constexpr int kMaxWalkedTerms = 40; ///< a walk counts on, so that it can say how many too many
    static constexpr std::size_t kMaxQuestions = 200;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace smtpprobe
