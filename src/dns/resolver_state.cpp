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
    for (const auto& address : addresses) {
        servers.emplace_back();
        servers.back().address = address;
        servers.back().text = text_of(address);
    }
}

void Resolver::State::ask(Question question, Clock::time_point epoch, std::function<void(Lookup)> done)
{
    auto task = std::make_shared<Task>();
    const auto now = Clock::now();
    task->lookup.name = question.name;
    task->lookup.type = question.type;
    task->lookup.asked_at = std::max(Duration::zero(), std::chrono::duration_cast<Duration>(now - epoch));
    task->question = std::move(question);
    task->done = std::move(done);
    task->began = now;
    task->give_up_at = now + settings.attempt_timeout * std::max(1, settings.attempts);
    task->tries.resize(servers.size());
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
    ++task->tries[*index].asked;
    send(task, *index, servers[*index].speaks_edns ? Channel::Kind::udp_edns : Channel::Kind::udp_plain);
}

std::optional<std::size_t> Resolver::State::next_server(const Task& task) const
{
    if (Clock::now() >= task.give_up_at)
        return std::nullopt;
    std::optional<std::size_t> best;
    const auto rank = [&](std::size_t i) { return std::pair(task.tries[i].asked, servers[i].failures); };
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const auto& tries = task.tries[i];
        if (!tries.done_with && tries.asked < settings.attempts && (!best || rank(i) < rank(*best)))
            best = i;
    }
    return best;
}

void Resolver::State::send(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind)
{
    const bool edns = kind != Channel::Kind::udp_plain && servers[index].speaks_edns;
    const auto query = encode_query(task->question, random_id(), edns);
    if (!query) { // no such name can stand in a DNS message, so no server would say anything else
        note_failure(*task, LookupFailure::format_error, {}, 0);
        give_up(task);
        return;
    }
    ++task->lookup.attempts;
    task->tries[index].with_edns = edns;
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
    const auto failure = [&](LookupFailure over_udp) { return tcp ? LookupFailure::truncated : over_udp; };
    switch (delivery) {
    case Delivery::answered:
        server.failures = 0;
        read(task, index, kind, bytes);
        return;
    case Delivery::timed_out: note_failure(*task, failure(LookupFailure::timed_out), {}, 0); break;
    case Delivery::rubbish: note_failure(*task, failure(LookupFailure::malformed), server.text, 0); break;
    case Delivery::refused:
        note_failure(*task, failure(LookupFailure::connection_refused), {}, 0);
        task->tries[index].done_with = true;
        break;
    case Delivery::unreachable:
        note_failure(*task, failure(LookupFailure::unreachable), {}, 0);
        task->tries[index].done_with = true;
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
    const auto answer = decode_answer(bytes, task->question);
    const bool tcp = kind == Channel::Kind::tcp;
    if (!answer || (tcp && answer->truncated)) {
        note_failure(*task, tcp ? LookupFailure::truncated : LookupFailure::malformed, server.text, 0);
        ask_someone(task);
        return;
    }
    if (answer->truncated) {
        send(task, index, Channel::Kind::tcp);
        return;
    }
    if (task->tries[index].with_edns && rejects_edns(answer->rcode)) {
        server.speaks_edns = false;
        send(task, index, tcp ? kind : Channel::Kind::udp_plain);
        return;
    }
    if (answer->rcode != kNoError && answer->rcode != kNoSuchDomain) {
        note_failure(*task, failure_of(answer->rcode), server.text, answer->rcode);
        auto& tries = task->tries[index];
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
    if (reading.ask_next) {
        task->question.name = *reading.ask_next;
        lookup.failure = LookupFailure::none;
        task->tries.assign(servers.size(), {});
        ask_someone(task);
        return;
    }
    lookup.outcome = reading.outcome;
    lookup.failure = reading.failure;
    lookup.records = std::move(reading.records);
    lookup.ttl = reading.ttl;
    lookup.rcode = answer.rcode;
    lookup.authenticated = task->authenticated;
    lookup.server = server;
    finish(task);
}

void Resolver::State::note_failure(Task& task, LookupFailure failure, const std::string& server, int rcode)
{
    if (task.lookup.failure != LookupFailure::none && weight_of(failure) <= weight_of(task.lookup.failure))
        return;
    task.lookup.failure = failure;
    task.lookup.server = server;
    task.lookup.rcode = rcode;
}

void Resolver::State::give_up(const std::shared_ptr<Task>& task)
{
    auto& lookup = task->lookup;
    lookup.outcome = LookupOutcome::failed;
    if (lookup.failure == LookupFailure::none)
        lookup.failure = LookupFailure::timed_out;
    if (servers_assumed && lookup.failure == LookupFailure::connection_refused)
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

void Resolver::State::cancel()
{
    auto all = std::move(under_way);
    all.insert(all.end(), waiting.begin(), waiting.end());
    under_way.clear();
    waiting.clear();
    for (const auto& task : all) {
        task->lookup.outcome = LookupOutcome::failed;
        task->lookup.failure = LookupFailure::cancelled;
        task->lookup.rcode = 0;
        task->lookup.server.clear();
        finish(task);
    }
    timer.cancel();
    for (auto& server : servers)
        for (auto& opened : server.channels)
            opened.reset();
}

} // namespace smtpprobe
