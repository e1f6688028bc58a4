// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "route/plan_route.hpp"

namespace smtpprobe::test {

/// One row: what DNS has, and the route that comes of it.
///
/// zone: a line a record, `name TYPE data`; `SERVFAIL` or `TIMEOUT` as data makes that lookup fail.
/// A name that no line begins with does not exist.
/// route: the kind, the endpoints and the notes, with `; ` between them.
struct RouteRow {
    std::string what;
    std::string target;
    std::string options;
    std::string zone;
    std::string route;
};

/// Answers questions from a zone, as a resolver does.
std::vector<Lookup> answer_all(const std::vector<Question>& questions, std::string_view zone);
/// All lookups that a route asks for, round after round.
std::vector<Lookup> ask_everything(const RouteRow& row);
std::string route_text(const RouteRow& row);
std::string questions_text(const std::vector<Question>& questions);

} // namespace smtpprobe::test
