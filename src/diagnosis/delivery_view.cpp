// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/delivery_view.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kLongestQueueId = 80;

bool is_positive(const Received* received) { return received->reply.code_class() == 2; }

/// It came before anything was asked, and answers nothing.
bool is_early(const Received& received)
{
    return std::find(received.breaches.begin(), received.breaches.end(), Breach::early_reply) !=
           received.breaches.end();
}

/// The word at the beginning, where it is made of what queue ids are made of, with a digit in it.
std::string id_at_start(std::string_view text)
{
    while (!text.empty() && (text.front() == '<' || text.front() == ' ' || text.front() == '='))
        text.remove_prefix(1);
    const auto end = std::find_if(text.begin(), text.end(), [](char c) {
        return !is_alnum(c) && c != '-' && c != '_' && c != '.' && c != '+' && c != '/';
    });
    std::string id(text.begin(), end);
    while (id.ends_with('.'))
        id.pop_back();
    const bool has_digit = std::any_of(id.begin(), id.end(), is_digit);
    return id.size() >= 5 && id.size() <= kLongestQueueId && has_digit ? id : std::string();
}

/// BURL with LAST delivers, too (RFC 4468 3.3).
bool is_last_burl(const Sent& sent)
{
    const auto words = words_of(sent.text);
    return sent.step == Step::command && words.size() > 2 && equal_ignoring_case(words.front(), "BURL") &&
           equal_ignoring_case(words.back(), "LAST");
}

/// The answer to it, where there is any.
const Received* answer_to(const Transcript& transcript, std::size_t command)
{
    for (auto i = command + 1; i < transcript.size(); ++i) {
        const auto* received = std::get_if<Received>(&transcript[i].what);
        if (received != nullptr && received->step == Step::command && !is_early(*received))
            return received;
    }
    return nullptr;
}

/// A message that BURL delivered, or may have; nothing where none did.
std::optional<DeliveryView> read_burl(const Transcript& transcript)
{
    std::optional<DeliveryView> found;
    for (std::size_t i = 0; i < transcript.size(); ++i) {
        const auto* sent = std::get_if<Sent>(&transcript[i].what);
        if (sent == nullptr || !is_last_burl(*sent))
            continue;
        const auto* answer = answer_to(transcript, i);
        if (answer != nullptr && !is_positive(answer))
            continue;
        auto& delivery = found.emplace();
        delivery.begun = delivery.whole = true;
        if (answer != nullptr)
            delivery.answers.push_back({"", answer});
    }
    return found;
}

} // namespace

bool DeliveryView::taken() const
{
    return std::any_of(answers.begin(), answers.end(),
                       [](const Answer& answer) { return is_positive(answer.received); });
}

DeliveryView read_delivery(const SessionView& view)
{
    if (auto by_burl = read_burl(view.session->transcript))
        return *by_burl;
    DeliveryView delivery;
    std::vector<std::string> accepted;
    for (const auto& recipient : view.recipients)
        if (recipient.answer != nullptr && is_positive(recipient.answer))
            accepted.push_back(recipient.mailbox);
    const bool each = view.session->endpoint.protocol == Protocol::lmtp;
    delivery.expected = each ? accepted.size() : 1;
    for (const auto& event : view.session->transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what)) {
            delivery.begun = delivery.begun || sent->step == Step::data || sent->step == Step::bdat ||
                             sent->step == Step::message;
            delivery.whole = delivery.whole || sent->step == Step::message;
        }
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr || is_early(*received))
            continue;
        if (received->step == Step::message) {
            const auto index = delivery.answers.size();
            delivery.answers.push_back({each && index < accepted.size() ? accepted[index] : "", received});
        } else if (delivery.refused == nullptr && delivery.answers.empty()) {
            const int good = received->step == Step::data ? 3 : 2;
            if ((received->step == Step::data || received->step == Step::bdat) &&
                received->reply.code_class() != good)
                delivery.refused = received;
        }
    }
    // Behind refused recipients DATA may go out all the same, with them in one group (RFC 2920).
    if (accepted.empty() && !delivery.whole)
        return {};
    return delivery;
}

std::string queue_id(const Reply& reply)
{
    const auto words = reply.words();
    for (const std::string_view mark : {"queued as ", "queued mail as ", " id=", "saved as ", "InternalId="})
        if (const auto at = find_ignoring_case(words, mark); at != std::string::npos)
            if (auto id = id_at_start(std::string_view(words).substr(at + mark.size())); !id.empty())
                return id;
    for (const std::string_view mark : {" Message accepted for delivery", " Saved"})
        if (const auto at = find_ignoring_case(words, mark); at != std::string::npos) {
            const auto before = trimmed(std::string_view(words).substr(0, at));
            const auto space = before.rfind(' ');
            auto id = id_at_start(space == std::string_view::npos ? before : before.substr(space + 1));
            if (!id.empty())
                return id;
        }
    return {};
}

} // namespace smtpprobe
