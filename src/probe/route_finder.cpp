// SPDX-License-Identifier: Apache-2.0
#include "probe/route_finder.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

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

/// One search for a route. Outlives it, as long as questions are open.
struct RouteFinder::Search : std::enable_shared_from_this<Search> {
    struct Asked {
        Question question;
        Clock::time_point at;
        bool answered = false;
    };

    Search(const asio::any_io_executor& executor, Facts& to_fill, std::function<void(std::size_t)> tell,
           Duration patience)
        : facts(&to_fill), on_open(std::move(tell)), grace(patience), changed(executor)
    {
    }

    void ask(std::vector<Question> open, Resolver& resolver, Clock::time_point epoch);
    void came(std::size_t index, Lookup lookup);
    void put(Lookup lookup);
    std::optional<Clock::time_point> wait_until();
    void leave_late_ones(Clock::time_point epoch);

    Facts* facts; // null once the finder is gone
    std::function<void(std::size_t)> on_open;
    Duration grace;
    asio::steady_timer changed; // cancelled by every answer
    std::vector<Asked> asked;
    std::size_t open_count = 0;
    std::optional<Clock::time_point> grace_ends;
    bool over = false; // the route is planned
};

void RouteFinder::Search::ask(std::vector<Question> open, Resolver& resolver, Clock::time_point epoch)
{
    for (auto& question : open) {
        const auto index = asked.size();
        asked.push_back({question, Clock::now()});
        ++open_count;
        grace_ends.reset();
        resolver.ask(std::move(question), epoch, [self = shared_from_this(), index](Lookup lookup) {
            self->came(index, std::move(lookup));
        });
    }
}

void RouteFinder::Search::came(std::size_t index, Lookup lookup)
{
    asked[index].answered = true;
    --open_count;
    if (facts && !(over && lookup.failure == LookupFailure::cancelled))
        put(std::move(lookup));
    if (!over && facts)
        on_open(open_count);
    changed.cancel();
}

/// By the time of asking, so that the order of the answers changes nothing; in place of one that was left
/// as unanswered.
void RouteFinder::Search::put(Lookup lookup)
{
    auto& lookups = facts->lookups;
    std::erase_if(lookups, [&](const Lookup& other) {
        return over && other.name == lookup.name && other.type == lookup.type && !other.direct &&
               other.failure == LookupFailure::timed_out;
    });
    const auto later = std::find_if(lookups.begin(), lookups.end(),
                                    [&](const Lookup& other) { return other.asked_at > lookup.asked_at; });
    lookups.insert(later, std::move(lookup));
}

/// When to go on without what is still open; none: nothing is to be waited for.
std::optional<RouteFinder::Clock::time_point> RouteFinder::Search::wait_until()
{
    auto longest = Wait::no;
    for (const auto& question : asked)
        if (!question.answered)
            longest = std::max(longest,
                               wait_for(question.question, facts->target, facts->settings, facts->lookups));
    switch (longest) {
    case Wait::no: return std::nullopt;
    case Wait::yes: return Clock::time_point::max();
    case Wait::briefly: break;
    }
    if (!grace_ends)
        grace_ends = Clock::now() + grace;
    return Clock::now() < *grace_ends ? grace_ends : std::nullopt;
}

/// What was waited for in vain stands in the facts as unanswered, until its answer comes.
void RouteFinder::Search::leave_late_ones(Clock::time_point epoch)
{
    for (const auto& question : asked) {
        if (question.answered ||
            wait_for(question.question, facts->target, facts->settings, facts->lookups) == Wait::no)
            continue;
        Lookup lookup;
        lookup.name = question.question.name;
        lookup.type = question.question.type;
        lookup.failure = LookupFailure::timed_out;
        lookup.asked_at = std::chrono::duration_cast<Duration>(question.at - epoch);
        lookup.took = std::chrono::duration_cast<Duration>(Clock::now() - question.at);
        put(std::move(lookup));
    }
}

RouteFinder::RouteFinder(asio::any_io_executor executor, Clock::time_point epoch, Duration grace)
    : executor_(std::move(executor)), epoch_(epoch), grace_(grace)
{
}

RouteFinder::~RouteFinder()
{
    if (search_)
        search_->facts = nullptr;
}

asio::awaitable<void> RouteFinder::find(Facts& facts, std::function<void(std::size_t)> on_open)
{
    const auto search = std::make_shared<Search>(executor_, facts, std::move(on_open), grace_);
    search_ = search;
    const auto& target = facts.target;
    const auto& settings = facts.settings;
    while (!cancelled_) {
        auto open = questions(target, settings, facts.lookups);
        std::erase_if(open, [&](const Question& question) {
            return std::any_of(search->asked.begin(), search->asked.end(),
                               [&](const auto& known) { return known.question == question; });
        });
        if (target.kind == TargetKind::host && !uses_mx(target, settings) && search->asked.empty()) {
            answer_from_hosts_file(open, facts.lookups);
            // A name that the hosts file gives in one family is not looked for in DNS in the other.
            if (!facts.lookups.empty())
                break;
        }
        if (!open.empty()) {
            search->ask(std::move(open), *resolver(settings), epoch_);
            search->on_open(search->open_count);
        }
        const auto until = search->wait_until();
        if (!until)
            break;
        search->changed.expires_at(*until);
        std::error_code error;
        co_await search->changed.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    search->over = true;
    search->on_open(0);
    search->leave_late_ones(epoch_);
    facts.route = plan_route(target, settings, facts.lookups);
}

void RouteFinder::ask_for_name(const IpAddress& address, const Settings& settings,
                               std::function<void(Lookup)> take)
{
    Question question;
    question.name = address.reverse_name();
    question.type = RecordType::ptr;
    resolver(settings)->ask(std::move(question), epoch_, std::move(take));
}

void RouteFinder::ask(Question question, const Settings& settings, std::function<void(Lookup)> take)
{
    if (!cancelled_)
        resolver(settings)->ask(std::move(question), epoch_, std::move(take));
}

void RouteFinder::cancel()
{
    cancelled_ = true;
    if (resolver_)
        resolver_->cancel();
}

const std::shared_ptr<Resolver>& RouteFinder::resolver(const Settings& settings)
{
    if (!resolver_) {
        ResolverSettings chosen;
        chosen.servers = settings.name_servers;
        resolver_ = std::make_unique<Resolver>(executor_, std::move(chosen));
    }
    return resolver_;
}

} // namespace smtpprobe
