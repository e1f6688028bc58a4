// SPDX-License-Identifier: Apache-2.0
#include "dns/resolver_state.hpp"

#include <algorithm>
#include <utility>

#include <asio/post.hpp>

#include "dns/system_servers.hpp"

namespace smtpprobe {
namespace {

// c-ares keeps no timer of its own; this is how exactly timeouts are kept.
constexpr auto kTick = std::chrono::milliseconds(50);
// More at once overflow a socket's buffer, and c-ares takes that for a failure of the server.
constexpr std::size_t kMaxUnderWay = 128;
constexpr int kBriefRounds = 2;
constexpr std::size_t kMaxSignatures = 16;

std::string text_of(const NameServer& server)
{
    const auto address = server.address.text();
    const bool v6 = server.address.family() == Family::ipv6;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(server.port);
}

} // namespace

Resolver::State::State(asio::any_io_executor loop, const ResolverSettings& wanted)
    : executor(loop), settings(wanted), timer(loop)
{
    auto addresses = settings.servers.empty() ? system_name_servers() : settings.servers;
    if (addresses.empty()) { // libc's rule: the server on this machine, if there is one
        servers_assumed = true;
        addresses.push_back({IpAddress::v4({127, 0, 0, 1}), 53});
    }
    for (const auto& address : addresses)
        add_server(address);
    own_servers = servers.size();
}

void Resolver::State::add_server(const NameServer& address)
{
    servers.emplace_back();
    servers.back().address = address;
    servers.back().text = text_of(address);
}

std::size_t Resolver::State::direct_server(const NameServer& address)
{
    const auto known = std::find_if(servers.begin() + static_cast<std::ptrdiff_t>(own_servers), servers.end(),
                                    [&](const Server& server) { return server.address == address; });
    const auto index = static_cast<std::size_t>(known - servers.begin());
    if (known == servers.end())
        add_server(address);
    return index;
}

void Resolver::State::ask(Question question, const AskHow& how, Clock::time_point epoch,
                          std::function<void(Lookup)> done)
{
    auto task = std::make_shared<Task>();
    const auto now = Clock::now();
    int rounds = std::max(1, settings.attempts);
    task->lookup.name = question.name;
    task->lookup.type = question.type;
    task->how = how;
    if (how.server) {
        task->first = direct_server(*how.server);
        task->tries.resize(1);
        task->lookup.direct = true;
    } else {
        task->tries.resize(own_servers);
    }
    if (how.server || how.briefly)
        rounds = std::min(rounds, kBriefRounds);
    task->lookup.checking_disabled = how.checking_disabled;
    task->lookup.asked_at = std::max(Duration::zero(), std::chrono::duration_cast<Duration>(now - epoch));
    task->question = std::move(question);
    task->done = std::move(done);
    task->began = now;
    task->give_up_at = now + settings.attempt_timeout * rounds;
    if (cancelled)
        return finish_cancelled(task);
    waiting.push_back(std::move(task));
    start_waiting();
}

void Resolver::State::start_waiting()
{
    while (!waiting.empty() && under_way.size() < kMaxUnderWay) {
        auto task = std::move(waiting.front());
        waiting.pop_front();
        under_way.push_back(task);
        ask_someone(task);
    }
}

void Resolver::State::ask_someone(const std::shared_ptr<Task>& task)
{
    const auto index = next_server(*task);
    if (!index) {
        give_up(task);
        return;
    }
    ++task->tries_at(*index).asked;
    if (task->how.over_tcp)
        send(task, *index, Channel::Kind::tcp);
    else
        send(task, *index, servers[*index].speaks_edns ? Channel::Kind::udp_edns : Channel::Kind::udp_plain);
}

std::optional<std::size_t> Resolver::State::next_server(const Task& task) const
{
    if (Clock::now() >= task.give_up_at)
        return std::nullopt;
    std::optional<std::size_t> best;
    const auto rank = [&](std::size_t i) {
        return std::pair(task.tries[i].asked, servers[task.first + i].failures);
    };
    for (std::size_t i = 0; i < task.tries.size(); ++i) {
        const auto& tries = task.tries[i];
        if (!tries.done_with && tries.asked < settings.attempts && (!best || rank(i) < rank(*best)))
            best = i;
    }
    return best ? std::optional(task.first + *best) : std::nullopt;
}

void Resolver::State::send(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind)
{
    QueryFlags flags;
    flags.edns = kind != Channel::Kind::udp_plain && servers[index].speaks_edns;
    flags.recursion = !task->how.server;
    flags.checking_disabled = task->how.checking_disabled;
    flags.signatures = flags.checking_disabled;
    const auto query = encode_query(task->question, random_id(), flags);
    if (!query) { // no such name can stand in a DNS message, so no server would say anything else
        note_failure(*task, LookupFailure::format_error, {});
        give_up(task);
        return;
    }
    ++task->lookup.attempts;
    task->tries_at(index).with_edns = flags.edns;
    channel(index, kind)
        .send(*query, [weak = weak_from_this(), task, index, kind](Delivery delivery, std::string bytes) {
            const auto self = weak.lock();
            if (self && !task->finished)
                self->came(task, index, kind, delivery, bytes);
        });
    tick();
}

Channel& Resolver::State::channel(std::size_t index, Channel::Kind kind)
{
    auto& slot = servers[index].channels[static_cast<std::size_t>(kind)];
    if (!slot)
        slot =
            std::make_unique<Channel>(executor, servers[index].address, kind,
                                      std::chrono::ceil<std::chrono::milliseconds>(settings.attempt_timeout));
    return *slot;
}

void Resolver::State::came(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind,
                           Delivery delivery, const std::string& bytes)
{
    auto& server = servers[index];
    const bool tcp = kind == Channel::Kind::tcp;
    const bool after_truncation = tcp && !task->how.over_tcp;
    const auto failure = [&](LookupFailure itself) {
        return after_truncation ? LookupFailure::truncated : itself;
    };
    switch (delivery) {
    case Delivery::answered:
        server.failures = 0;
        read(task, index, kind, bytes);
        return;
    case Delivery::timed_out: note_failure(*task, failure(LookupFailure::timed_out), {}); break;
    case Delivery::rubbish: note_failure(*task, failure(LookupFailure::malformed), server.text); break;
    case Delivery::refused:
        note_failure(*task, failure(LookupFailure::connection_refused), {});
        task->tries_at(index).done_with = true;
        break;
    case Delivery::unreachable:
        note_failure(*task, failure(LookupFailure::unreachable), {});
        task->tries_at(index).done_with = true;
        break;
    case Delivery::cancelled: return;
    }
    ++server.failures;
    ask_someone(task);
}

void Resolver::State::read(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind,
                           const std::string& bytes)
{
    auto& server = servers[index];
    const auto depth = task->how.server ? ReadDepth::referral : ReadDepth::answer;
    const auto answer = decode_answer(bytes, task->question, depth);
    const bool tcp = kind == Channel::Kind::tcp;
    if (!answer || (tcp && answer->truncated)) {
        note_failure(*task, tcp ? LookupFailure::truncated : LookupFailure::malformed, server.text);
        ask_someone(task);
        return;
    }
    if (answer->truncated) {
        send(task, index, Channel::Kind::tcp);
        return;
    }
    if (task->tries_at(index).with_edns && rejects_edns(answer->rcode)) {
        server.speaks_edns = false;
        server.edns_refused = true;
        send(task, index, tcp ? kind : Channel::Kind::udp_plain);
        return;
    }
    server.edns_refused = server.edns_refused || (kind == Channel::Kind::udp_edns && !answer->edns &&
                                                  channel(index, kind).saw_format_error());
    task->lookup.edns_refused = server.edns_refused;
    if (answer->rcode != kNoError && answer->rcode != kNoSuchDomain) {
        note_failure(*task, *answer, server.text);
        auto& tries = task->tries_at(index);
        // A resolver's SERVFAIL may come from its impatience, and then the second try finds the answer.
        tries.done_with = answer->rcode != kServerFailure || ++tries.server_failures >= 2;
        ask_someone(task);
        return;
    }
    // c-ares 1.18 itself repeats without OPT after FORMERR, and reads at most 512 bytes ever after.
    if (kind == Channel::Kind::udp_edns && !answer->edns)
        server.speaks_edns = false;
    task->lookup.over_tcp = task->lookup.over_tcp || tcp;
    settle(task, *answer, server.text);
}

void Resolver::State::settle(const std::shared_ptr<Task>& task, const DnsAnswer& answer,
                             const std::string& server)
{
    auto& lookup = task->lookup;
    auto reading = read_answer(answer, task->question, lookup.aliases);
    task->authenticated = task->authenticated && answer.authenticated;
    lookup.aliases = std::move(reading.aliases);
    if (task->how.checking_disabled)
        for (const auto& record : answer.records)
            if (record.type == RecordType::rrsig && lookup.signatures.size() < kMaxSignatures)
                lookup.signatures.push_back(record);
    if (reading.ask_next && !task->how.server) { // behind an alias may lie another server's zone
        task->question.name = *reading.ask_next;
        lookup.failure = LookupFailure::none;
        task->tries.assign(task->tries.size(), {});
        ask_someone(task);
        return;
    }
    lookup.outcome = reading.outcome;
    lookup.failure = reading.failure;
    lookup.records = std::move(reading.records);
    lookup.ttl = reading.ttl;
    lookup.rcode = answer.rcode;
    lookup.authenticated = task->authenticated;
    lookup.authoritative = answer.authoritative;
    lookup.extended_error = answer.extended_error;
    lookup.extended_text = answer.extended_text;
    lookup.referral = answer.referral;
    lookup.server = server;
    finish(task);
}

void Resolver::State::note_failure(Task& task, LookupFailure failure, const std::string& server)
{
    auto& lookup = task.lookup;
    if (lookup.failure != LookupFailure::none && weight_of(failure) <= weight_of(lookup.failure))
        return;
    lookup.failure = failure;
    lookup.server = server;
    lookup.rcode = 0;
    lookup.extended_error = -1;
    lookup.extended_text.clear();
}

void Resolver::State::note_failure(Task& task, const DnsAnswer& answer, const std::string& server)
{
    auto& lookup = task.lookup;
    note_failure(task, failure_of(answer.rcode), server);
    // A second SERVFAIL may say what the first one kept to itself.
    if (lookup.failure != failure_of(answer.rcode) || lookup.extended_error >= 0)
        return;
    lookup.server = server;
    lookup.rcode = answer.rcode;
    lookup.extended_error = answer.extended_error;
    lookup.extended_text = answer.extended_text;
}

void Resolver::State::give_up(const std::shared_ptr<Task>& task)
{
    auto& lookup = task->lookup;
    lookup.outcome = LookupOutcome::failed;
    if (lookup.failure == LookupFailure::none)
        lookup.failure = LookupFailure::timed_out;
    if (task->how.server)
        lookup.server = servers[task->first].text;
    if (servers_assumed && !task->how.server && lookup.failure == LookupFailure::connection_refused)
        lookup.failure = LookupFailure::no_servers;
    finish(task);
}

void Resolver::State::finish(const std::shared_ptr<Task>& task)
{
    task->finished = true;
    task->lookup.took = std::chrono::duration_cast<Duration>(Clock::now() - task->began);
    if (task->lookup.outcome != LookupOutcome::failed)
        task->lookup.failure = LookupFailure::none;
    std::erase(under_way, task);
    asio::post(executor, [done = std::move(task->done), lookup = std::move(task->lookup)]() mutable {
        done(std::move(lookup));
    });
    if (under_way.empty())
        timer.cancel();
    if (!waiting.empty())
        asio::post(executor, [weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->start_waiting();
        });
}

void Resolver::State::tick()
{
    if (ticking || under_way.empty())
        return;
    ticking = true;
    timer.expires_after(kTick);
    timer.async_wait([weak = weak_from_this()](asio::error_code) {
        const auto self = weak.lock();
        if (!self)
            return;
        self->ticking = false;
        for (auto& server : self->servers)
            for (auto& opened : server.channels)
                if (opened)
                    opened->expire();
        self->tick();
    });
}

void Resolver::State::finish_cancelled(const std::shared_ptr<Task>& task)
{
    task->lookup.outcome = LookupOutcome::failed;
    task->lookup.failure = LookupFailure::cancelled;
    task->lookup.rcode = 0;
    task->lookup.server.clear();
    finish(task);
}

void Resolver::State::cancel()
{
    cancelled = true;
    auto all = std::move(under_way);
    all.insert(all.end(), waiting.begin(), waiting.end());
    under_way.clear();
    waiting.clear();
    for (const auto& task : all)
        finish_cancelled(task);
    timer.cancel();
    for (auto& server : servers)
        for (auto& opened : server.channels)
            opened.reset();
}

} // namespace smtpprobe
