// SPDX-License-Identifier: Apache-2.0
#include "probe/route_finder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "route/plan_route.hpp"

namespace smtpprobe {
namespace {

/// Answers those questions that the hosts file can, and takes them out.
void answer_from_hosts_file(std::vector<Question>& open, std::vector<Lookup>& lookups)
{
    std::erase_if(open, [&](const Question& question) {
        auto local = look_up_hosts_file(question);
        const bool found = local.outcome == LookupOutcome::found;
        if (found)
            lookups.push_back(std::move(local));
        return found;
    });
}

} // namespace

RouteFinder::RouteFinder(asio::any_io_executor executor, Clock::time_point epoch)
    : executor_(std::move(executor)), epoch_(epoch)
{
}

asio::awaitable<void> RouteFinder::find(Facts& facts, const std::function<void(std::size_t)>& on_open)
{
    const auto& target = facts.target;
    const auto& settings = facts.settings;
    while (!cancelled_) {
        auto open = questions(target, settings, facts.lookups);
        if (open.empty())
            break;
        if (target.kind == TargetKind::host && !uses_mx(target, settings)) {
            answer_from_hosts_file(open, facts.lookups);
            // A name that the hosts file gives in one family is not looked for in DNS in the other.
            if (!facts.lookups.empty())
                break;
        }
        on_open(open.size());
        auto answers = co_await resolver(settings).ask_all(std::move(open), epoch_);
        on_open(0);
        std::move(answers.begin(), answers.end(), std::back_inserter(facts.lookups));
    }
    facts.route = plan_route(target, settings, facts.lookups);
}

void RouteFinder::ask_for_name(const IpAddress& address, const Settings& settings,
                               std::function<void(Lookup)> take)
{
    Question question;
    question.name = address.reverse_name();
    question.type = RecordType::ptr;
    resolver(settings).ask(std::move(question), epoch_, std::move(take));
}

void RouteFinder::cancel()
{
    cancelled_ = true;
    if (resolver_)
        resolver_->cancel();
}

Resolver& RouteFinder::resolver(const Settings& settings)
{
    if (!resolver_) {
        ResolverSettings chosen;
        chosen.servers = settings.name_servers;
        resolver_ = std::make_unique<Resolver>(executor_, std::move(chosen));
    }
    return *resolver_;
}

} // namespace smtpprobe
