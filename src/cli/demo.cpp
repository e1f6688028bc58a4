// SPDX-License-Identifier: Apache-2.0
#include "cli/demo.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

std::string padded(std::string_view text, std::size_t width)
{
    std::string result(text);
    result.resize(std::max(width, text.size() + 1), ' ');
    return result;
}

std::string row(std::string_view situation, std::string_view expected, std::string_view concluded,
                std::string_view result)
{
    return padded(situation, 22) + padded(expected, 23) + padded(concluded, 23) + std::string(result) + '\n';
}

std::size_t count_failed(const std::vector<Demonstrated>& all)
{
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Demonstrated& one) {
        return !differences(*one.situation, one.report.diagnosis).empty();
    }));
}

/// What must stand before the target on the command line.
std::string extra_options(const Situation& situation)
{
    return situation.tls ? "--tls " + std::string(name(*situation.tls)) + ' ' : std::string();
}

} // namespace

std::string summary(const std::vector<Demonstrated>& all)
{
    auto text = row("SITUATION", "EXPECTED", "CONCLUDED", "");
    for (const auto& [situation, report] : all) {
        const auto wrong = differences(*situation, report.diagnosis);
        text += row(situation->name, name(situation->verdict), name(report.diagnosis.verdict),
                    wrong.empty() ? "ok" : "FAILED");
        for (const auto& line : wrong)
            text += "    " + line + '\n';
    }
    const auto failed = count_failed(all);
    text += '\n' + std::to_string(all.size()) + " situations, ";
    text += failed == 0 ? "all concluded as they were built.\n"
                        : std::to_string(failed) + " of them not concluded as built.\n";
    return text;
}

bool all_as_built(const std::vector<Demonstrated>& all) { return count_failed(all) == 0; }

std::string list_of_situations()
{
    std::string text;
    for (const auto& situation : situations())
        text += padded(situation.name, 22) + std::string(situation.story) + '\n';
    return text;
}

std::string how_to_probe(const Lab& lab)
{
    const auto port = std::to_string(lab.port());
    const auto name_server = lab.name_server().address.text();
    std::string text = "The lab is up until Ctrl-C: a name server on " + name_server +
                       " and mail servers on 127.77.0.1 and the\naddresses behind it, all on port " + port +
                       ". To probe it, from another terminal:\n\n  smtpprobe --dns " + name_server + ':' +
                       port + " --port " + port + " --allow-loopback \\\n    --ca-file " + lab.ca_file() +
                       " --timeout 2s TARGET\n\nwhere TARGET is one of\n\n";
    for (const auto& situation : situations())
        text += "  " + padded(extra_options(situation) + std::string(situation.target), 42) +
                std::string(situation.name) + '\n';
    const auto& healthy = situations().front();
    const auto host = std::string(healthy.hosts.front().name);
    text += "\nOther programs can ask it too:\n\n  dig -p " + port + " @" + name_server + ' ' +
            std::string(healthy.target) + " MX\n  swaks --server " + lab.address_of(host).text() +
            " --port " + port + " --tls --to postmaster@" + std::string(healthy.target) +
            "\n  openssl s_client -starttls smtp -connect " + lab.address_of(host).text() + ':' + port +
            " \\\n    -CAfile " + lab.ca_file() + " -verify_hostname " + host + '\n';
    return text;
}

} // namespace smtpprobe
