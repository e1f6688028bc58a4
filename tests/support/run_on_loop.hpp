// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

namespace smtpprobe {

/// Runs one coroutine to its end, which must come within half a minute.
template <class T> T run_on(asio::io_context& loop, asio::awaitable<T> work)
{
    std::optional<T> result;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
        if (error)
            std::rethrow_exception(error);
        result.emplace(std::move(value));
        loop.stop(); // a watchdog may still be waiting
    });
    loop.restart();
    loop.run_for(std::chrono::seconds(30));
    if (!result)
        throw std::runtime_error("the coroutine did not end");
    return std::move(*result);
}

} // namespace smtpprobe
