// SPDX-License-Identifier: Apache-2.0
#include "net/part_gently.hpp"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include <sys/socket.h>

#include <asio/steady_timer.hpp>

namespace smtpprobe {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(500);
constexpr std::size_t kMostReads = 16; // of 4 kB: a server that pours is not humoured

struct Parting : std::enable_shared_from_this<Parting> {
    explicit Parting(asio::posix::stream_descriptor taken)
        : socket(std::move(taken)), timer(socket.get_executor())
    {
    }

    void begin()
    {
        timer.expires_after(kPatience);
        timer.async_wait([self = shared_from_this()](const std::error_code& error) {
            if (!error)
                self->end();
        });
        wait();
    }

    void wait()
    {
        socket.async_wait(asio::posix::descriptor_base::wait_read,
                          [self = shared_from_this()](const std::error_code& error) {
                              if (error || !self->goes_on())
                                  self->end();
                              else
                                  self->wait();
                          });
    }

    /// Reads what has come. Will there be more?
    bool goes_on()
    {
        char thrown_away[4096];
        if (++reads > kMostReads)
            return false;
        const auto size = ::recv(socket.native_handle(), thrown_away, sizeof thrown_away, MSG_DONTWAIT);
        return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
    }

    void end()
    {
        std::error_code ignored;
        socket.close(ignored);
        timer.cancel();
    }

    asio::posix::stream_descriptor socket;
    asio::steady_timer timer;
    std::size_t reads = 0;
};

} // namespace

void part_gently(asio::posix::stream_descriptor socket)
{
    if (!socket.is_open() || ::shutdown(socket.native_handle(), SHUT_WR) != 0)
        return; // closed with the end of this function
    std::make_shared<Parting>(std::move(socket))->begin();
}

} // namespace smtpprobe
