// SPDX-License-Identifier: Apache-2.0
#include "net/contact.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <asio/this_coro.hpp>

#include "net/transport.hpp"

namespace smtpprobe {
namespace {

using Clock = Transport::Clock;

constexpr std::size_t kMostGreeting = 512; // kept of the first line
constexpr std::size_t kMostHeard = 4096;   // of a greeting of many lines
constexpr auto kQuitLimit = std::chrono::seconds(1);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Is it the last line of an SMTP reply, `220 text`?
bool ends_reply(std::string_view line)
{
    return line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3, is_digit) &&
           (line.size() == 3 || line[3] == ' ');
}

/// Is the greeting complete? To speak before that looks like a spammer's program: Postfix's postscreen
/// sends `220-` first just to see who does.
bool is_complete(std::string_view heard)
{
    while (!heard.empty()) {
        const auto end = heard.find('\n');
        if (end == std::string_view::npos)
            return false;
        auto line = heard.substr(0, end);
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (ends_reply(line))
            return true;
        heard.remove_prefix(end + 1);
    }
    return false;
}

/// Will more of it come? Whoever does not speak SMTP is heard for one line only.
bool wants_more(std::string_view heard)
{
    if (heard.size() >= kMostHeard || is_complete(heard))
        return false;
    const bool smtp =
        std::all_of(heard.begin(), heard.begin() + std::min<std::size_t>(heard.size(), 3), is_digit);
    return smtp || heard.find('\n') == std::string_view::npos;
}

std::string first_line(const std::string& heard)
{
    std::string line = heard.substr(0, std::min(heard.find('\n'), kMostGreeting));
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return line;
}

/// Takes the handle back when the attempt ends, however it ends.
class Cancellable {
public:
    Cancellable(std::shared_ptr<AttemptControl> control, Transport& transport) : control_(std::move(control))
    {
        if (control_)
            control_->on_cancel([&transport](FaultKind why) { transport.cancel(why); });
    }
    ~Cancellable()
    {
        if (control_)
            control_->on_cancel(nullptr);
    }
    Cancellable(const Cancellable&) = delete;
    Cancellable& operator=(const Cancellable&) = delete;

private:
    std::shared_ptr<AttemptControl> control_;
};

asio::awaitable<std::string> hear_greeting(Transport& transport, Duration patience)
{
    const auto until = Clock::now() + patience;
    std::string heard;
    while (wants_more(heard)) {
        const auto fault = co_await transport.read(heard, until);
        if (fault)
            break;
    }
    if (is_complete(heard)) {
        const std::string_view quit = "QUIT\r\n";
        const auto unsent = co_await transport.write(quit, Clock::now() + kQuitLimit);
        (void)unsent; // it has hung up by itself
    }
    co_return first_line(heard);
}

} // namespace

asio::awaitable<Contact> make_contact(ContactRequest request, std::shared_ptr<AttemptControl> control)
{
    const auto executor = co_await asio::this_coro::executor;
    Transport transport(executor);
    const Cancellable cancellable(std::move(control), transport);
    Contact contact;
    contact.host = std::move(request.host);
    contact.address = request.address;
    contact.port = request.port;
    ConnectTo to;
    to.address = request.address;
    to.port = request.port;
    to.source = request.source;
    to.interface = request.interface;
    const auto began = Clock::now();
    contact.fault = co_await transport.connect(to, began + request.connect_limit);
    contact.connected_after = std::chrono::duration_cast<Duration>(Clock::now() - began);
    if (contact.fault)
        co_return contact;
    contact.local = transport.local();
    if (request.listen > Duration::zero())
        contact.greeting = co_await hear_greeting(transport, request.listen);
    transport.part();
    co_return contact;
}

} // namespace smtpprobe
