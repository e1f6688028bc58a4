// SPDX-License-Identifier: Apache-2.0
#include "probe/outgoing.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>

#include <pwd.h>
#include <unistd.h>

#include "base/ascii.hpp"
#include "net/own_name.hpp"
#include "smtpprobe/probe.hpp"

namespace smtpprobe {
namespace {

/// Who runs us, as the system knows him.
std::string own_user_name()
{
    std::array<char, 4096> buffer{};
    passwd entry = {};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return entry.pw_name;
    return "user-" + std::to_string(::getuid());
}

/// Of what may stand in a message's header: the machine's full name, else whatever it is called.
std::string own_host(const Settings& settings)
{
    std::string host = own_host_name();
    if (host.empty() && !settings.helo.empty() && settings.helo.front() != '[')
        host = settings.helo;
    if (host.empty()) {
        std::array<char, 256> name{};
        if (::gethostname(name.data(), name.size() - 1) == 0)
            host = name.data();
    }
    std::erase_if(host, [](char c) { return !is_alnum(c) && c != '.' && c != '-'; });
    return host.empty() ? "localhost" : host;
}

std::string random_token()
{
    constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device device;
    std::uniform_int_distribution<std::size_t> any(0, kLetters.size() - 1);
    std::string token;
    for (int i = 0; i < 25; ++i) // 129 bits
        token += kLetters[any(device)];
    return token;
}

} // namespace

std::vector<std::string> recipients_of(const Target& target, const Settings& settings)
{
    std::vector<std::string> all;
    const auto add = [&](const std::string& mailbox) {
        if (!mailbox.empty() && std::find(all.begin(), all.end(), mailbox) == all.end())
            all.push_back(mailbox);
    };
    add(target.mailbox);
    for (const auto& mailbox : settings.to)
        add(mailbox);
    return all;
}

Expected<std::shared_ptr<const OutgoingMessage>, std::string> prepare_outgoing(const Settings& settings,
                                                                               const Target& target)
{
    MessageMarks marks;
    marks.user = own_user_name();
    marks.host = own_host(settings);
    marks.from = settings.from.value_or("");
    if (marks.from.empty())
        marks.from = marks.user + '@' + marks.host;
    marks.to = recipients_of(target, settings);
    marks.target = target.text;
    marks.program = "smtpprobe " + std::string(version());
    marks.token = "smtpprobe." + random_token();
    marks.now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return prepare_message(settings.message, marks);
}

} // namespace smtpprobe
