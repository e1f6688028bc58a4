// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/printable.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "render/exit_status.hpp"

namespace smtpprobe {
namespace {

/// A saved report larger than this is none: a probe's own limits keep it far below.
constexpr std::size_t kMaxReportBytes = 64u << 20;

Expected<std::string, std::string> read_file(const std::string& path)
{
    const auto failed = [&] {
        return Unexpected<std::string>("cannot read " + printable(path, 200) + ": " + std::strerror(errno));
    };
    const auto close = [](std::FILE* file) { return file == stdin ? 0 : std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file(
        path == "-" ? stdin : std::fopen(path.c_str(), "rb"), close);
    if (!file)
        return failed();
    std::string content;
    char buffer[16384];
    while (const auto count = std::fread(buffer, 1, sizeof buffer, file.get())) {
        content.append(buffer, count);
        if (content.size() > kMaxReportBytes)
            return Unexpected<std::string>(printable(path, 200) + " is larger than any report (64 MiB)");
    }
    if (std::ferror(file.get()))
        return failed();
    return content;
}

} // namespace

int run_render_command(const CommandLine& line)
{
    const auto content = read_file(line.file);
    if (!content) {
        complain("smtpprobe: " + content.error() + '\n');
        return usage_status(line.exit_style);
    }
    auto facts = from_json(*content);
    if (!facts) {
        complain("smtpprobe: " + printable(line.file, 200) + " is no report of smtpprobe: " + facts.error() +
                 '\n');
        return usage_status(line.exit_style);
    }
    Report report;
    report.facts = std::move(*facts);
    report.diagnosis = diagnose(report.facts);
    print(rendered(report, line));
    return exit_status(report, line.exit_style);
}

} // namespace smtpprobe
