// SPDX-License-Identifier: Apache-2.0
#include "dns/resolver.hpp"

#include <utility>

#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "dns/resolver_state.hpp"

namespace smtpprobe {

Resolver::Resolver(asio::any_io_executor executor, ResolverSettings settings)
    : state_(std::make_shared<State>(std::move(executor), settings))
{
}

Resolver::~Resolver() { state_->cancel(); }

void Resolver::ask(Question question, Clock::time_point epoch, std::function<void(Lookup)> done)
{
    state_->ask(std::move(question), AskHow(), epoch, std::move(done));
}

void Resolver::ask(Question question, const AskHow& how, Clock::time_point epoch,
                   std::function<void(Lookup)> done)
{
    state_->ask(std::move(question), how, epoch, std::move(done));
}

void Resolver::cancel() { state_->cancel(); }

asio::awaitable<std::vector<Lookup>> Resolver::ask_all(std::vector<Question> questions,
                                                       Clock::time_point epoch)
{
    auto initiation = [state = state_, wanted = std::move(questions), epoch](auto handler) mutable {
        using Handler = decltype(handler);
        struct Gathering {
            explicit Gathering(Handler&& then) : handler(std::move(then)) {}
            Handler handler;
            std::vector<Lookup> lookups;
            std::size_t missing = 0;
        };
        auto gathering = std::make_shared<Gathering>(std::move(handler));
        gathering->lookups.resize(wanted.size());
        gathering->missing = wanted.size();
        if (wanted.empty()) {
            asio::post(state->executor, [gathering]() mutable { gathering->handler(std::vector<Lookup>()); });
            return;
        }
        for (std::size_t i = 0; i < wanted.size(); ++i)
            state->ask(std::move(wanted[i]), AskHow(), epoch, [gathering, i](Lookup lookup) {
                gathering->lookups[i] = std::move(lookup);
                if (--gathering->missing == 0)
                    gathering->handler(std::move(gathering->lookups));
            });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::vector<Lookup>)>(
        std::move(initiation), asio::use_awaitable);
}

} // namespace smtpprobe
