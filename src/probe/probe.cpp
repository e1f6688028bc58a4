// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/probe.hpp"

#include <exception>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "probe/run_probe.hpp"

namespace smtpprobe {

std::string_view version() { return SMTPPROBE_VERSION; }

Report probe(const Target& target, const Settings& settings)
{
    asio::io_context loop(1);
    Report report;
    asio::co_spawn(
        loop,
        run_probe(loop.get_executor(), target, settings, ProbeEvents{}, std::make_shared<ProbeControl>()),
        [&](std::exception_ptr error, Facts facts) {
            if (error)
                std::rethrow_exception(error);
            report.facts = std::move(facts);
        });
    loop.run();
    report.diagnosis = diagnose(report.facts);
    return report;
}

} // namespace smtpprobe
