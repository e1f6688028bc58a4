// SPDX-License-Identifier: Apache-2.0
#include "dialogue/steps.hpp"

#include <iterator>

namespace smtpprobe {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// The limits of greeting, MAIL, RCPT, DATA and the final dot are those of RFC 5321 4.5.3.2. It has
// none for the others: five minutes are what mail servers use (Postfix: smtp_helo_timeout and its
// like). Nothing is learnt from the answers to RSET and QUIT, so those are not worth a long wait.
constexpr StepFacts kSteps[] = {
    {Step::resolve, "", seconds(0), Ends::session},
    {Step::connect, "", seconds(0), Ends::session},
    {Step::proxy, "", seconds(0), Ends::session},
    {Step::greeting, "", minutes(5), Ends::session},
    {Step::ehlo, "EHLO", minutes(5), Ends::session},
    {Step::helo, "HELO", minutes(5), Ends::session},
    {Step::lhlo, "LHLO", minutes(5), Ends::session},
    {Step::starttls, "STARTTLS", minutes(5), Ends::nothing}, // with TlsMode::require: the session
    {Step::tls, "", minutes(2), Ends::session},
    {Step::xclient, "XCLIENT", minutes(5), Ends::session},
    {Step::xforward, "XFORWARD", minutes(5), Ends::nothing},
    {Step::auth, "AUTH", minutes(5), Ends::transaction},
    {Step::mail, "MAIL", minutes(5), Ends::transaction},
    {Step::rcpt, "RCPT", minutes(5), Ends::recipient},
    {Step::data, "DATA", minutes(2), Ends::transaction},
    {Step::bdat, "BDAT", minutes(10), Ends::transaction},
    {Step::message, "", minutes(10), Ends::transaction},
    {Step::rset, "RSET", seconds(30), Ends::nothing},
    {Step::noop, "NOOP", minutes(5), Ends::nothing},
    {Step::vrfy, "VRFY", minutes(5), Ends::nothing},
    {Step::expn, "EXPN", minutes(5), Ends::nothing},
    {Step::help, "HELP", minutes(5), Ends::nothing},
    {Step::etrn, "ETRN", minutes(5), Ends::nothing},
    {Step::command, "", minutes(5), Ends::nothing},
    {Step::quit, "QUIT", seconds(10), Ends::nothing},
};

constexpr bool in_order_of_the_enum()
{
    for (std::size_t i = 0; i < std::size(kSteps); ++i)
        if (kSteps[i].step != static_cast<Step>(i))
            return false;
    return std::size(kSteps) == static_cast<std::size_t>(Names<Step>::last) + 1;
}
static_assert(in_order_of_the_enum());

} // namespace

const StepFacts& facts_of(Step step) { return kSteps[static_cast<std::size_t>(step)]; }

} // namespace smtpprobe
