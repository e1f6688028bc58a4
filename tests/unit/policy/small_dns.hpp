// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/spf_check.hpp"
#include "smtpprobe/lookup.hpp"

namespace smtpprobe::test {

/// DNS in a few lines, one record a line: `example.com TXT v=spf1 -all`, `example.com MX mail.example.com`,
/// `_ A 192.0.2.1` (`_`: the name of the line before), `example.com FAIL TXT` for a lookup that times out.
class SmallDns {
public:
    explicit SmallDns(std::string_view lines);

    Lookup look_up(const Question& question) const;

private:
    struct Line {
        std::string name;
        Record record;
        bool fails = false;
    };
    std::vector<Line> lines_;
};

/// The check carried out over that DNS.
struct Checked {
    PolicyCheck check;
    std::size_t questions = 0;
    std::size_t rounds = 0;
};
Checked run(const SmallDns& dns, SpfQuery query);

/// `sender` may be empty (then `helo` counts); `address` as text.
SpfQuery query(std::string_view sender, std::string_view address, std::string_view helo = "mx.example.org");

} // namespace smtpprobe::test
