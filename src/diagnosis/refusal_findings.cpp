// SPDX-License-Identifier: Apache-2.0
// What one reply cannot tell by itself: whether waiting helps, whether it is about the recipient, about us
// or about everybody, and whether other hosts of the domain say the same.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/deferral.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/refusals.hpp"
#include "diagnosis/seen_address.hpp"

namespace smtpprobe {
namespace {

/// `1st`, `2nd`, `3rd`, `4th`
std::string ordinal(std::size_t number)
{
    static constexpr const char* kEndings[] = {"th", "st", "nd", "rd"};
    return std::to_string(number) + kEndings[number < 4 ? number : 0];
}

/// Findings about what decided one conversation.
class Refusals {
public:
    Refusals(const Assessment& assessment, const Attempt& attempt, Findings& findings)
        : facts_(*assessment.facts), attempt_(attempt), view_(attempt.at_first()), findings_(findings),
          weight_(assessment.failure_weight())
    {
    }

    void find()
    {
        if (view_.state != EndpointState::defers && view_.state != EndpointState::refuses)
            return;
        if (find_later_visits() || find_inner_address())
            return;
        if (find_null_sender_named() || find_part_down() || find_own_name() || find_null_sender_suspected() ||
            find_alike())
            return;
    }

private:
    /// The findings that tell of the refusal itself.
    template <class Change> void each_symptom(const SessionView& view, Change change)
    {
        for (auto& finding : findings_.all())
            if (finding.where == view.where() && finding.step == view.decided_at && finding.part_of.empty() &&
                finding.severity != Severity::note)
                change(finding);
    }

    const Finding* symptom()
    {
        const Finding* found = nullptr;
        each_symptom(view_, [&](Finding& finding) { found = found == nullptr ? &finding : found; });
        return found;
    }

    Finding& lead(std::string_view id, Severity severity, std::string seen)
    {
        each_symptom(view_, [&](Finding& finding) { finding.part_of = id; });
        return findings_.add(id, {severity, view_.where(), std::move(seen), view_.decided_at});
    }

    bool find_later_visits()
    {
        const auto visits = later_visits(facts_, view_.session->endpoint);
        if (visits.empty())
            return find_wait_too_long();
        const auto& last = *visits.back();
        const auto since = duration_text(last.began - (view_.session->began + view_.session->took));
        const auto tries = "the " + ordinal(visits.size() + 1) + " attempt, " + since;
        if (!attempt_.settled_later())
            still_put_off(last, tries + " after the first one, ");
        else if (attempt_.later->state == EndpointState::refuses)
            refused_later();
        else if (attempt_.later->state != EndpointState::no_mail)
            passed_later(since, tries + " later, was taken");
        return true;
    }

    void passed_later(const std::string& since, const std::string& how)
    {
        each_symptom(view_, [](Finding& finding) {
            finding.severity = Severity::note;
            finding.part_of = "refusal.passed-later";
        });
        auto& finding = add("refusal.passed-later", Severity::note,
                            "at first " + answer_seen(*view_.deciding) + "; " + how);
        finding.title = "Put off at first, taken " + since + " later";
        finding.decided_by = "the same mail after a wait";
    }

    void still_put_off(const Session& last, const std::string& when)
    {
        const auto* first = symptom();
        const std::string id = first != nullptr ? first->id : std::string();
        const SessionView view(last);
        auto& finding = add("refusal.still-put-off", Severity::note,
                            when + (view.deciding != nullptr ? answer_seen(*view.deciding)
                                    : view.broken != nullptr ? fault_seen(view)
                                                             : std::string("no answer")));
        finding.decided_by = "the same mail after a wait";
        finding.part_of = id;
    }

    /// What a sending server was told last is what it bounces with.
    void refused_later()
    {
        const auto at_first = answer_seen(*view_.deciding);
        each_symptom(view_, [&](Finding& finding) {
            if (finding.seen.ends_with(at_first))
                finding.severity = Severity::note;
        });
    }

    /// A wait that the deadline does not allow.
    bool find_wait_too_long()
    {
        const auto* first = symptom();
        if (!facts_.settings.retry_greylist || first == nullptr || !passing_deferral(view_))
            return false;
        const std::string id = first->id;
        const auto wait = wait_before_visit(view_, 0);
        if (view_.session->began + view_.session->took + wait < facts_.settings.deadline)
            return false;
        auto& finding = add("refusal.wait-too-long", Severity::note,
                            "a wait of " + duration_text(wait) + " is due; --deadline ends the probe after " +
                                duration_text(facts_.settings.deadline));
        finding.decided_by = "the wait that the server names, and the deadline";
        finding.part_of = id;
        return true;
    }

    /// It judges an address of its own network: whatever it holds against that, it holds against everybody.
    bool find_inner_address()
    {
        if (view_.deciding == nullptr || symptom() == nullptr || !is_about_client(*view_.deciding))
            return false;
        const auto inner = inner_address(*view_.session, *view_.deciding);
        if (!inner)
            return false;
        auto& finding = lead("refusal.sees-no-clients", weight_, answer_seen(*view_.deciding));
        finding.decided_by = "the private address in the refusal: " + inner->text();
        finding.confidence = Confidence::likely;
        return true;
    }

    /// Bounces come from <>: who refuses it refuses them, and our question with them.
    bool is_null_sender_refused(bool at_rcpt) const
    {
        const bool there = view_.decided_at == Step::mail || (at_rcpt && view_.decided_at == Step::rcpt);
        return there && view_.state == EndpointState::refuses && view_.deciding != nullptr &&
               facts_.settings.from.value_or("").empty() && says_little(*view_.deciding);
    }

    bool find_null_sender_named()
    {
        if (!is_null_sender_refused(true) || symptom() == nullptr)
            return false;
        const auto words = view_.deciding->reply.words();
        if (words.find("<>") == std::string::npos &&
            find_ignoring_case(words, "null sender") == std::string::npos &&
            find_ignoring_case(words, "empty sender") == std::string::npos)
            return false;
        auto& finding = lead("smtp.null-sender-refused", weight_, answer_seen(*view_.deciding));
        finding.confidence = Confidence::sure;
        finding.decided_by = "<> in the words of the refusal";
        return true;
    }

    /// It may be the sender, and it may be us: nobody has asked with another one.
    bool find_null_sender_suspected()
    {
        if (!is_null_sender_refused(false) || symptom() == nullptr)
            return false;
        auto& finding = lead("smtp.null-sender-suspected", weight_, answer_seen(*view_.deciding));
        finding.confidence = Confidence::guess;
        finding.decided_by = "the sender that was named, and the step";
        return true;
    }

    /// A STARTTLS and a MAIL that both fail for now have nothing in common but what stands behind the server.
    bool find_part_down()
    {
        const auto for_now = [](const Received* received) {
            return received != nullptr && received->reply.code_class() == 4;
        };
        const auto* first = symptom();
        if (view_.decided_at != Step::mail || !for_now(view_.mail) || !for_now(view_.starttls) ||
            first == nullptr)
            return false;
        // A full disk says so itself, to both.
        const auto kind = explain(Step::mail, view_.mail->reply).entry->kind;
        std::string cause = first->id;
        if (says_little(*view_.mail) || kind == Cause::system) {
            cause = "refusal.server-part-down";
            auto& finding =
                lead(cause, weight_, answer_seen(*view_.starttls) + ", and " + answer_seen(*view_.mail));
            finding.confidence = Confidence::likely;
            finding.decided_by = "two steps that fail for now";
        }
        for (auto& finding : findings_.all())
            if (finding.where == view_.where() && finding.step == Step::starttls && finding.part_of.empty())
                finding.part_of = cause;
        return true;
    }

    /// The address or name that we come with, where the words of the refusal hold it.
    std::string own_name_in(std::string_view words) const
    {
        for (const auto& address : facts_.own_addresses)
            if (const auto named = address_in(words, view_.session->endpoint.address);
                named && *named == address)
                return address.text();
        for (const auto& event : view_.session->transcript)
            if (const auto* connected = std::get_if<Connected>(&event.what))
                if (const auto named = address_in(words, view_.session->endpoint.address);
                    named && *named == connected->local)
                    return named->text();
        const auto& helo = facts_.settings.helo;
        if (helo.find('.') != std::string::npos && helo.front() != '[' &&
            find_ignoring_case(words, helo) != std::string::npos)
            return helo;
        return {};
    }

    bool find_own_name()
    {
        if (symptom() == nullptr || view_.deciding == nullptr || view_.state != EndpointState::refuses ||
            !says_little(*view_.deciding))
            return false;
        const auto named = own_name_in(view_.deciding->reply.words());
        if (named.empty())
            return false;
        auto& finding =
            lead("refusal.names-you", weight_,
                 "the refusal names " + printable(named, 100) + ": " + answer_seen(*view_.deciding));
        finding.confidence = Confidence::likely;
        finding.decided_by = "our own address or name in the words";
        return true;
    }

    bool find_alike()
    {
        const auto& all = view_.recipients;
        if (view_.decided_at != Step::rcpt || view_.state != EndpointState::refuses || all.size() < 2)
            return false;
        if (!are_refused_alike(all))
            return false;
        // Two mailboxes that do not exist are refused alike as well; and where the words name a cause, that
        // is it. But there is a postmaster everywhere (RFC 5321 4.5.1).
        const auto& refusal = *all.front().answer;
        const bool vague = explain(Step::rcpt, refusal.reply).confidence != Confidence::sure &&
                           std::any_of(all.begin(), all.end(), [](const auto& recipient) {
                               return starts_with_ignoring_case(recipient.mailbox, "postmaster@");
                           });
        if (!vague && !says_little(refusal))
            return false;
        auto& finding = lead("refusal.all-recipients-alike", weight_,
                             "all " + std::to_string(all.size()) + " recipients: the server " +
                                 answer_seen(*all.front().answer));
        finding.confidence = Confidence::likely;
        finding.decided_by = "the same words for every recipient";
        return true;
    }

    Finding& add(std::string_view id, Severity severity, std::string seen)
    {
        return findings_.add(id, {severity, view_.where(), std::move(seen), view_.decided_at});
    }

    const Facts& facts_;
    const Attempt& attempt_;
    const SessionView& view_;
    Findings& findings_;
    Severity weight_;
};

} // namespace

void find_in_refusals(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        Refusals(assessment, attempt, findings).find();
        find_tarpit(attempt.main, findings);
        find_second_connection_refused(assessment, attempt, findings);
    }
    find_between_hosts(assessment, findings);
}

} // namespace smtpprobe
