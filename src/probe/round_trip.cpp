// SPDX-License-Identifier: Apache-2.0
// The message of --send, and the wait for its arrival.
#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>

#include "arrival/arrival_watch.hpp"
#include "arrival/expected_place.hpp"
#include "diagnosis/delivery_view.hpp"
#include "extract/received_path.hpp"
#include "probe/outgoing.hpp"
#include "probe/probe_run.hpp"

namespace smtpprobe {
namespace {

// How often one looks: a directory costs nothing, a server is somebody's.
constexpr auto kMaildirPace = std::chrono::milliseconds(100);
constexpr auto kImapPace = std::chrono::seconds(1);

bool is_positive_answer(const Event& event)
{
    const auto* received = std::get_if<Received>(&event.what);
    return received != nullptr && received->step == Step::message && received->reply.code_class() == 2 &&
           std::find(received->breaches.begin(), received->breaches.end(), Breach::early_reply) ==
               received->breaches.end();
}

} // namespace

/// Before anything is sent: the message, and the mailbox as it is without it.
asio::awaitable<void> ProbeRun::begin_message()
{
    const auto& settings = facts_.settings;
    if (!settings.message.send)
        co_return;
    if (!outgoing_) {
        auto prepared = prepare_outgoing(settings, facts_.target);
        if (!prepared) {
            facts_.message.emplace().unsendable = prepared.error();
            co_return;
        }
        outgoing_ = std::move(*prepared);
    }
    facts_.message = outgoing_->facts();
    if (settings.message.expect_in.empty())
        co_return;
    auto& arrival = facts_.arrival.emplace();
    arrival.where = settings.message.expect_in;
    const auto place = parse_expected_place(arrival.where);
    std::optional<std::string> wrong;
    if (place) {
        const MailboxAccess access{settings.message.expect_password, settings.message.expect_insecure,
                                   settings.ca_file, settings.ca_path};
        arrival_pace_ = place->maildir.empty() ? kImapPace : kMaildirPace;
        watch_ = std::make_unique<ArrivalWatch>(executor_, mailbox_at(*place, access, facts_.message->id));
        wrong = co_await watch_->open();
    } else {
        wrong = place.error();
    }
    if (!wrong)
        co_return;
    arrival.outcome = stopped_ ? ArrivalOutcome::stopped : ArrivalOutcome::cannot_look;
    arrival.why = *wrong;
    watch_.reset();
    // What nobody could see arrive is not sent.
    outgoing_.reset();
    facts_.message.reset();
}

/// Lets this conversation deliver.
void ProbeRun::hand_over_message(SessionRequest& request)
{
    if (!outgoing_)
        return;
    auto& planned = request.plan.message.emplace();
    planned.transfer = facts_.settings.message.transfer;
    planned.size = outgoing_->facts().octets;
    planned.eight_bit = outgoing_->facts().eight_bit;
    planned.utf8 = outgoing_->facts().utf8_header;
    request.open_message = [message = outgoing_] { return message->open(); };
}

/// A message that says what it is for, with an end that no server may take for one (--check smuggling).
void ProbeRun::hand_over_odd_message(SessionRequest& request, OddEnd odd_end) const
{
    auto settings = facts_.settings;
    if (!settings.message.send || !settings.owns_server)
        return;
    settings.to = request.plan.to;
    settings.message = MessageSettings();
    settings.message.subject = "smtpprobe --check smuggling: " + std::string(spelled(odd_end));
    settings.message.body =
        "A test message of smtpprobe --check smuggling.\nIt holds " + std::string(spelled(odd_end)) +
        ", which no server may take for the end of a message.\nIf no line with XSMTPPROBE stands at the end, "
        "the server took it for that.\n";
    auto prepared = prepare_outgoing(settings, facts_.target);
    if (!prepared)
        return;
    auto& planned = request.plan.message.emplace();
    planned.odd_end = odd_end;
    request.open_message = [message = std::move(*prepared)] { return message->open(); };
}

/// Nobody else may get it: a server has it, or may have it.
bool ProbeRun::message_is_gone(const Slot& slot) const
{
    const auto gone = [](const Session& session) {
        const SessionView view(session);
        const auto delivery = read_delivery(view);
        return delivery.taken() || delivery.unknown();
    };
    return gone(slot.session) || (slot.in_clear && gone(*slot.in_clear));
}

void ProbeRun::message_concluded(const Session& session)
{
    if (!watch_ || awaiting_arrival_ || stopped_)
        return;
    const auto taken = std::find_if(session.transcript.begin(), session.transcript.end(), is_positive_answer);
    if (taken == session.transcript.end())
        return;
    awaiting_arrival_ = true;
    tell_progress();
    const auto at = session.began + taken->at;
    facts_.arrival->sent = facts_.started + at;
    asio::co_spawn(executor_, await_arrival(epoch_ + at),
                   [self = shared_from_this()](std::exception_ptr error) {
                       if (error)
                           std::rethrow_exception(error);
                   });
}

asio::awaitable<void> ProbeRun::await_arrival(Clock::time_point taken)
{
    const auto patience = facts_.settings.message.expect_timeout;
    const auto found = co_await watch_->wait(taken + patience, arrival_pace_);
    auto& arrival = *facts_.arrival;
    arrival.waited = std::max(Duration(0), std::chrono::duration_cast<Duration>(found.at - taken));
    if (found.header) {
        auto path = read_received_path(*found.header);
        measure_delays(path.hops, arrival.sent);
        arrival.hops = std::move(path.hops);
        arrival.hops_left_out = path.left_out;
        arrival.outcome = ArrivalOutcome::arrived;
    } else if (stopped_) {
        arrival.outcome = ArrivalOutcome::stopped;
    } else if (!found.why_not.empty()) {
        arrival.outcome = ArrivalOutcome::cannot_look;
        arrival.why = found.why_not;
    } else {
        arrival.outcome = ArrivalOutcome::not_in_time;
        arrival.waited = patience;
    }
    awaiting_arrival_ = false;
    changed_.cancel();
    settle();
}

asio::awaitable<void> ProbeRun::finish_arrival()
{
    while (awaiting_arrival_)
        co_await wait_for_change(Clock::time_point::max());
}

} // namespace smtpprobe
