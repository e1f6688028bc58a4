// SPDX-License-Identifier: Apache-2.0
// Prints reports as JSON, one a line: the samples, then generated ones of every variant.
#include <cstdio>

#include "smtpprobe/render.hpp"
#include "unit/render/generated_facts.hpp"
#include "unit/render/sample_reports.hpp"

using namespace smtpprobe;

int main()
{
    for (const auto& sample : test::sample_reports())
        std::puts(to_json(sample.report, -1).c_str());
    for (std::uint64_t seed = 0; seed < 60; ++seed)
        std::puts(to_json(test::generated_report(seed), -1).c_str());
}
