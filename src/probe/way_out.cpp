// SPDX-License-Identifier: Apache-2.0
// How the connections of a probe are made: straight, or through a proxy, a socket, a command.
#include <algorithm>
#include <utility>

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "probe/probe_run.hpp"
#include "probe/way_out.hpp"

namespace smtpprobe {
namespace {

/// The proxy's name is looked up like any host's; longer than this nobody waits for it.
constexpr auto kProxyPatience = std::chrono::seconds(10);

struct Asked {
    explicit Asked(const asio::any_io_executor& executor) : changed(executor) {}

    std::optional<IpAddress> address;
    std::string why = "nothing was learnt about its name";
    int open = 0;
    asio::steady_timer changed;
};

void take(Asked& asked, const Lookup& lookup)
{
    --asked.open;
    const bool four = lookup.type == RecordType::a;
    if (lookup.outcome == LookupOutcome::found && (four || !asked.address))
        asked.address = lookup.records.front().address;
    switch (lookup.outcome) {
    case LookupOutcome::found: break;
    case LookupOutcome::no_such_domain: asked.why = "no such name in DNS"; break;
    case LookupOutcome::no_records: asked.why = "its name has no address in DNS"; break;
    case LookupOutcome::failed:
        asked.why = "the lookup of its name failed: " + std::string(name(lookup.failure));
        break;
    }
    if (asked.open == 0 || (four && asked.address))
        asked.changed.cancel();
}

bool same_host(const Endpoint& a, const Endpoint& b)
{
    return a.carrier == b.carrier && a.address == b.address && a.path == b.path &&
           (a.carrier != Carrier::tcp_by_name || a.host == b.host);
}

} // namespace

/// Whoever is no host of the route gets nothing that is meant for it: no login, no mail, no word on whom we
/// speak for, no certificate of ours.
void keep_from_strangers(SessionRequest& request, const Route& route)
{
    const bool known = std::any_of(route.endpoints.begin(), route.endpoints.end(), [&](const auto& endpoint) {
        return same_host(endpoint, request.endpoint);
    });
    if (known)
        return;
    auto& plan = request.plan;
    plan.auth.reset();
    plan.xclient.clear();
    plan.xforward.clear();
    plan.from.reset();
    plan.to.clear();
    plan.envelopes.clear();
    plan.message.reset();
    plan.verbs.clear();
    request.proxy_header.reset();
    request.preamble.clear();
    request.respond = nullptr;
    request.show_certificate = false;
}

/// Does a connection of ours reach the mail host itself?
bool ProbeRun::is_direct() const
{
    const auto kind = facts_.target.kind;
    return !facts_.settings.way.proxy && kind != TargetKind::socket && kind != TargetKind::process;
}

asio::awaitable<void> ProbeRun::find_proxy()
{
    const auto& proxy = facts_.settings.way.proxy;
    if (!proxy || proxy->address || stopped_ || slots_.empty())
        co_return;
    const auto asked = std::make_shared<Asked>(executor_);
    for (const auto type : {RecordType::a, RecordType::aaaa}) {
        Question question;
        question.name = proxy->host;
        question.type = type;
        const auto here = look_up_hosts_file(question);
        ++asked->open;
        if (here.outcome == LookupOutcome::found) {
            take(*asked, here);
            continue;
        }
        std::function<void(Lookup)> done = [asked](Lookup lookup) { take(*asked, lookup); };
        route_finder_.ask(std::move(question), facts_.settings, std::move(done));
    }
    if (asked->open > 0 && !asked->address) {
        asked->changed.expires_after(kProxyPatience);
        std::error_code ignored;
        co_await asked->changed.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    proxy_address_ = asked->address;
    if (proxy_address_)
        co_return;
    no_proxy_.emplace();
    no_proxy_->kind = FaultKind::host_unreachable;
    no_proxy_->detail = "the proxy has no address: " + asked->why;
}

void ProbeRun::choose_way(SessionRequest& request) const
{
    const auto& way = facts_.settings.way;
    request.source = facts_.settings.source;
    request.interface = way.interface;
    request.proxy = way.proxy;
    if (request.proxy && proxy_address_)
        request.proxy->address = proxy_address_;
    request.no_proxy = no_proxy_;
    request.proxy_header = way.proxy_header;
    const auto carrier = request.endpoint.carrier;
    if (carrier != Carrier::socket && carrier != Carrier::process)
        return;
    request.proxy.reset();
    request.no_proxy.reset();
    request.source.reset();
    request.interface.clear();
}

} // namespace smtpprobe
