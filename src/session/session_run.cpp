// SPDX-License-Identifier: Apache-2.0
#include "session/session_run.hpp"

#include <cerrno>
#include <utility>
#include <variant>

#include <asio/post.hpp>
#include <asio/this_coro.hpp>

namespace smtpprobe {

SessionRun::SessionRun(SessionRequest request, std::shared_ptr<SessionControl> control)
    : request_(std::move(request)), control_(std::move(control)), tls_(request_.plan.tls),
      dialogue_(std::exchange(request_.plan, Plan()))
{
    if (!request_.trust)
        request_.trust = std::make_shared<Trust>(std::string(), std::string());
}

SessionRun::~SessionRun()
{
    if (control_)
        control_->cancel_ = nullptr;
}

void SessionRun::begin(const asio::any_io_executor& executor)
{
    began_ = Transport::Clock::now();
    transport_.emplace(executor);
    if (control_) {
        control_->cancel_ = [this](FaultKind why) { transport_->cancel(why); };
        if (control_->asked_)
            transport_->cancel(*control_->asked_);
    }
    // Under implicit TLS the handshake is sure to come: its context is made while TCP connects.
    if (tls_ == TlsMode::implicit)
        asio::post(executor, [trust = request_.trust] { trust->warm(); });
}

asio::awaitable<Session> SessionRun::hold(std::unique_ptr<SessionRun> run)
{
    const auto executor = co_await asio::this_coro::executor;
    run->begin(executor);
    bool talking = co_await run->connect();
    while (talking) {
        Action action = run->dialogue_.next(run->now());
        if (const auto* said = std::get_if<Say>(&action))
            run->say(*said);
        else if (const auto* listening = std::get_if<Listen>(&action))
            co_await run->listen(*listening);
        else if (const auto* encrypting = std::get_if<Encrypt>(&action))
            co_await run->encrypt(*encrypting);
        else if (const auto* responding = std::get_if<Respond>(&action))
            run->respond(*responding);
        else if (const auto* streaming = std::get_if<Stream>(&action))
            co_await run->stream(*streaming);
        else
            talking = false;
    }
    run->transport_->close();
    run->tell_concluded();
    co_await run->transport_->end_command();
    co_return run->so_far();
}

void SessionRun::say(const Say& what)
{
    outgoing_ += what.command.wire();
    outgoing_ += "\r\n";
    needs_tls_ = needs_tls_ || what.step == Step::starttls;
}

asio::awaitable<Transport::MaybeFault> SessionRun::flush(Until until)
{
    // What lies in the socket by now was said before this command, and cannot be its answer.
    std::string early;
    transport_->read_arrived(early);
    feed(early);
    reader_.command_sent();
    auto fault = co_await transport_->write(outgoing_, until);
    outgoing_.clear();
    if (dialogue_.concluded())
        tell_concluded();
    // The context for the handshake costs over a millisecond: it is made while the server thinks, and
    // never for a server without TLS.
    if (std::exchange(needs_tls_, false))
        request_.trust->warm();
    co_return fault;
}

asio::awaitable<void> SessionRun::listen(Listen what)
{
    tell_step(what.step);
    reader_.challenge_may_come(what.step == Step::auth);
    const Until until = Transport::Clock::now() + what.limit;
    Transport::MaybeFault unsent;
    if (!outgoing_.empty())
        unsent = co_await flush(until);
    const bool hung_up = unsent && (unsent->kind == FaultKind::reset || unsent->kind == FaultKind::closed);
    if (unsent && !hung_up) {
        fail(std::move(*unsent));
        co_return;
    }
    std::string bytes;
    while (!tell_reply()) {
        bytes.clear();
        // A server that refuses us and closes makes our writing fail; what it said stands unread.
        auto fault = co_await transport_->read(bytes, until);
        feed(bytes);
        if (fault) {
            // Whichever call meets a RST first takes it away: the other one sees an orderly end.
            const bool was_reset = unsent && unsent->system_error == ECONNRESET;
            fail(was_reset && fault->kind == FaultKind::closed ? std::move(*unsent) : std::move(*fault));
            co_return;
        }
    }
    if (what.step == Step::greeting && request_.on_greeted)
        std::exchange(request_.on_greeted, nullptr)(so_far());
}

bool SessionRun::tell_reply()
{
    auto next = reader_.next();
    if (!next)
        return false;
    if (auto* heard = std::get_if<HeardReply>(&*next)) {
        heard->first_byte_at = first_byte_at_;
        dialogue_.heard(std::move(*heard), now());
    } else {
        auto& unreadable = std::get<Unreadable>(*next);
        Fault fault;
        fault.kind = unreadable.kind;
        fault.detail = std::move(unreadable.why);
        dialogue_.failed(std::move(fault), std::move(unreadable.bytes), now());
    }
    first_byte_at_ = fed_at_;
    return true;
}

void SessionRun::feed(const std::string& bytes)
{
    if (bytes.empty())
        return;
    fed_at_ = now();
    if (reader_.empty())
        first_byte_at_ = fed_at_;
    reader_.feed(bytes);
}

asio::awaitable<void> SessionRun::encrypt(Encrypt what)
{
    tell_step(Step::tls);
    const Until until = Transport::Clock::now() + what.limit;
    // Under implicit TLS the server may speak first, in plaintext: that is no injection.
    if (tls_ != TlsMode::implicit) {
        std::string early;
        transport_->read_arrived(early);
        feed(early);
        if (!reader_.empty()) {
            Fault fault;
            fault.kind = FaultKind::injected;
            fault.detail = reader_.pending();
            fail(std::move(fault));
            co_return;
        }
    }
    const std::string& name = request_.tls_name.empty() ? request_.endpoint.host : request_.tls_name;
    const std::string server_name = IpAddress::parse(name) ? std::string() : name;
    auto fault =
        co_await transport_->start_tls(*request_.trust, server_name, until, request_.show_certificate);
    if (fault) {
        fail(std::move(*fault));
        co_return;
    }
    reader_.clear();
    dialogue_.encrypted(transport_->tls_facts(name), now());
}

void SessionRun::fail(Fault fault) { dialogue_.failed(std::move(fault), reader_.pending(), now()); }

void SessionRun::tell_step(Step step)
{
    if (request_.on_step && told_step_ != step)
        request_.on_step(step);
    told_step_ = step;
}

void SessionRun::tell_concluded()
{
    if (!std::exchange(told_concluded_, true) && request_.on_concluded)
        request_.on_concluded(so_far());
}

Session SessionRun::so_far() const
{
    Session session;
    session.endpoint = request_.endpoint;
    session.began = std::chrono::duration_cast<Duration>(began_ - request_.epoch);
    session.took = now();
    session.transcript = dialogue_.transcript();
    return session;
}

Duration SessionRun::now() const
{
    return std::chrono::duration_cast<Duration>(Transport::Clock::now() - began_);
}

} // namespace smtpprobe
