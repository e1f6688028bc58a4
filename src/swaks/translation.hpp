// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "swaks/translate.hpp"

namespace smtpprobe {

/// --protocol of swaks.
struct SwaksProtocol {
    std::string_view name;
    bool lmtp;
    bool auth;
    std::string_view tls; ///< empty: what the TLS options say
};

/// Where swaks' --quit-after stops, and what of the conversation is left then.
struct SwaksQuitPoint {
    std::string_view name;
    std::string_view ours; ///< of --quit-after; empty: what is not asked for is not said
    bool login;
    bool envelope;
};

/// One translation under way.
class Translation {
public:
    Translation(const SwaksChoice& choice, const SwaksWorld& world) : choice_(choice), world_(world) {}

    Expected<SwaksTranslation, std::string> make();

private:
    bool has(std::string_view name) const { return choice_.has(name); }
    std::string value(std::string_view name) const { return choice_.value(name); }
    void say(std::string option) { made_.arguments.push_back(std::move(option)); }
    void say(std::string option, std::string argument);
    void remark(std::string text) { made_.remarks.push_back(std::move(text)); }
    void wrong(std::string text)
    {
        if (wrong_.empty())
            wrong_ = std::move(text);
    }
    void refuse();
    void protocol();
    void quit_point();
    void connection();
    void port();
    static std::string with_port(const std::string& address, const std::string& port);
    void proxy_header();
    void tls();
    void login();
    void envelope();
    void message();
    void compose();
    void field(const std::string& line);
    /// swaks writes line ends as `\n`.
    static std::string with_lines(std::string text);
    void output();
    void target();
    /// `host`, `host:port`, `[host]:port`, `host/port`
    void server(std::string text);

    const SwaksChoice& choice_;
    const SwaksWorld& world_;
    SwaksTranslation made_;
    std::string wrong_; ///< the first thing
    SwaksProtocol protocol_{"ESMTP", false, false, ""};
    SwaksQuitPoint quit_{"", "", true, true};
    std::vector<std::string> to_;
};

} // namespace smtpprobe
