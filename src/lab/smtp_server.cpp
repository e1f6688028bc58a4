// SPDX-License-Identifier: Apache-2.0
#include "lab/smtp_server.hpp"

#include <algorithm>
#include <csignal>
#include <mutex>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace smtpprobe {
namespace {

using asio::ip::tcp;

constexpr int kMostClients = 100; ///< at once; further ones get a 421
constexpr std::size_t kMostLogged = 1 << 16;
constexpr Duration kOutOfDescriptors = std::chrono::milliseconds(100);

} // namespace

struct SmtpServer::State {
    State(const asio::any_io_executor& executor, SmtpScript what)
        : acceptor(executor), breather(executor), script(std::make_shared<const SmtpScript>(std::move(what)))
    {
    }

    tcp::acceptor acceptor;
    asio::steady_timer breather;
    std::shared_ptr<const SmtpScript> script;
    std::vector<std::weak_ptr<ServerWire>> wires;
    mutable std::mutex mutex; ///< of the log
    SmtpServerLog log;

    int count_in()
    {
        const std::lock_guard lock(mutex);
        ++log.connections;
        log.most_at_once = std::max(log.most_at_once, ++log.at_once);
        return log.at_once;
    }
    void count_out()
    {
        const std::lock_guard lock(mutex);
        --log.at_once;
    }
    void note(std::string_view bytes)
    {
        const std::lock_guard lock(mutex);
        log.received += bytes.substr(0, kMostLogged - log.received.size());
    }
};

SmtpServer::SmtpServer(asio::any_io_executor executor, SmtpScript script)
    : state_(std::make_shared<State>(executor, std::move(script)))
{
    std::signal(SIGPIPE, SIG_IGN);
}

SmtpServer::~SmtpServer() { stop(); }

asio::error_code SmtpServer::listen(const tcp::endpoint& where)
{
    asio::error_code error;
    auto& acceptor = state_->acceptor;
    acceptor.open(where.protocol(), error);
    if (!error)
        acceptor.bind(where, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        asio::error_code ignored;
        acceptor.close(ignored);
        return error;
    }
    asio::co_spawn(acceptor.get_executor(), accept(state_), asio::detached);
    return error;
}

tcp::endpoint SmtpServer::endpoint() const
{
    asio::error_code ignored;
    return state_->acceptor.local_endpoint(ignored);
}

void SmtpServer::stop()
{
    asio::error_code ignored;
    state_->acceptor.close(ignored);
    state_->breather.cancel();
    for (const auto& weak : state_->wires)
        if (const auto wire = weak.lock())
            wire->abort();
    state_->wires.clear();
}

SmtpServerLog SmtpServer::log() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->log;
}

asio::awaitable<void> SmtpServer::accept(std::shared_ptr<State> state)
{
    while (state->acceptor.is_open()) {
        asio::error_code error;
        tcp::socket socket(state->acceptor.get_executor());
        co_await state->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (!state->acceptor.is_open())
            break;
        if (error) { // a client that went away again, or no descriptors left
            state->breather.expires_after(kOutOfDescriptors);
            co_await state->breather.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        auto wire = std::make_shared<ServerWire>(std::move(socket));
        std::erase_if(state->wires, [](const auto& weak) { return weak.expired(); });
        state->wires.push_back(wire);
        asio::co_spawn(state->acceptor.get_executor(), serve(state, std::move(wire)), asio::detached);
    }
}

asio::awaitable<void> SmtpServer::serve(std::shared_ptr<State> state, std::shared_ptr<ServerWire> wire)
{
    SmtpPlayer player(state->script, std::move(wire),
                      [log = state.get()](std::string_view bytes) { log->note(bytes); });
    if (state->count_in() <= kMostClients)
        co_await player.run();
    else
        co_await player.turn_away();
    state->count_out();
}

} // namespace smtpprobe
