// SPDX-License-Identifier: Apache-2.0
#include "probe/policy_run.hpp"

#include <utility>
#include <variant>
#include <vector>

#include "policy/spf_check.hpp"

namespace smtpprobe {

asio::awaitable<PolicyCheck> run_policy(std::shared_ptr<Resolver> resolver, TryPolicy asked, Instant now,
                                        Resolver::Clock::time_point epoch)
{
    SpfQuery query;
    query.domain = std::move(asked.domain);
    query.sender = std::move(asked.sender);
    query.helo = std::move(asked.helo);
    query.address = asked.address;
    query.now = now;
    SpfCheck check(std::move(query));
    for (;;) {
        auto step = check.next();
        if (auto* done = std::get_if<PolicyCheck>(&step))
            co_return std::move(*done);
        const auto questions = std::get<SpfCheck::Questions>(std::move(step));
        auto lookups = co_await resolver->ask_all(questions, epoch);
        for (std::size_t i = 0; i < questions.size(); ++i) {
            // Whatever the resolver calls it, it is the answer to this very question.
            lookups[i].name = questions[i].name;
            lookups[i].type = questions[i].type;
            check.heard(lookups[i]);
        }
    }
}

} // namespace smtpprobe
