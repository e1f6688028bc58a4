// SPDX-License-Identifier: Apache-2.0
// What a user of the library writes: public headers, one call, a report that is rendered twice.

#include <cstdio>
#include <string>

#include "smtpprobe/probe.hpp"
#include "smtpprobe/render.hpp"

int main()
{
    const auto target = smtpprobe::parse_target("[127.0.0.1]:1");
    if (!target)
        return 1;
    smtpprobe::Settings settings;
    settings.deadline = std::chrono::seconds(5);
    const smtpprobe::Report report = smtpprobe::probe(*target, settings); // nobody listens on port 1
    std::fputs(smtpprobe::to_text(report, {}).c_str(), stdout);
    const auto again = smtpprobe::from_json(smtpprobe::to_json(report));
    return again && report.diagnosis.verdict == smtpprobe::Verdict::unreachable &&
                   smtpprobe::diagnose(*again) == report.diagnosis
               ? 0
               : 1;
}
