// SPDX-License-Identifier: Apache-2.0
#include "policy/spf_evaluation.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxNotes = 40;
constexpr std::size_t kMaxDetail = 200;
constexpr std::size_t kLongRecord = 450;
constexpr std::size_t kMaxRecord = 4096; // what is kept of it as evidence

/// A term that lets the whole internet pass.
bool passes_everybody(const SpfTerm& term)
{
    if (term.result != PolicyResult::pass)
        return false;
    return term.mechanism == SpfMechanism::all ||
           (term.mechanism == SpfMechanism::ip4 && term.prefix4 == 0) ||
           (term.mechanism == SpfMechanism::ip6 && term.prefix6 == 0);
}

} // namespace

std::string spf_lookup_text(const Lookup& lookup)
{
    std::string text = std::string(name(lookup.type)) + " of " + lookup.name + ": ";
    text += lookup.outcome == LookupOutcome::failed ? name(lookup.failure) : name(lookup.outcome);
    return text;
}

SpfEvaluation::SpfEvaluation(const SpfQuery& query, const SpfAnswers& answers)
    : query_(query), answers_(answers), walking_(query.address == IpAddress()),
      address_type_(query.address.family() == Family::ipv4 ? RecordType::a : RecordType::aaaa)
{
}

std::optional<PolicyCheck> SpfEvaluation::run()
{
    check_.domain = query_.domain;
    check_.sender = query_.sender;
    check_.address = query_.address;
    const auto result = check_host(query_.domain, true);
    if (!result || !needed_.empty())
        return std::nullopt;
    check_.result = *result;
    if (walking_ && *result != PolicyResult::none)
        check_.result = permerror_   ? PolicyResult::permerror
                        : temperror_ ? PolicyResult::temperror
                                     : PolicyResult::neutral;
    if (check_.result == PolicyResult::fail && failing_ && !explain(*failing_))
        return std::nullopt;
    return check_;
}

SpfEvaluation::Result SpfEvaluation::check_host(const std::string& domain, bool main)
{
    const bool literal = domain.starts_with('['); // EHLO [192.0.2.1]
    if (!is_dns_name(domain) || literal || domain.find('.') == std::string::npos)
        return PolicyResult::none;
    const auto* answer = ask(domain, RecordType::txt);
    if (answer == nullptr)
        return std::nullopt;
    if (answer->lookup.outcome == LookupOutcome::failed) {
        note(PolicyFlaw::lookup_failed, path_.empty() ? domain : path_.back(),
             spf_lookup_text(answer->lookup));
        return walked(PolicyResult::temperror);
    }
    if (answer->texts.empty())
        return PolicyResult::none;
    if (path_.empty())
        check_.record = answer->texts.front().substr(0, kMaxRecord);
    if (!answer->record) {
        note(PolicyFlaw::several_records, domain, std::to_string(answer->texts.size()) + " records");
        return walked(PolicyResult::permerror);
    }
    Frame frame;
    frame.domain = domain;
    frame.record = &*answer->record;
    frame.main = main;
    note_flaws(frame, answer->texts.front());
    if (!frame.record->errors.empty()) {
        permerror_ = true;
        if (!walking_)
            return PolicyResult::permerror;
    }
    path_.push_back(domain);
    auto result = evaluate(frame);
    path_.pop_back();
    return result;
}

SpfEvaluation::Result SpfEvaluation::walked(PolicyResult result)
{
    permerror_ = permerror_ || result == PolicyResult::permerror;
    temperror_ = temperror_ || result == PolicyResult::temperror;
    return result;
}

void SpfEvaluation::note_flaws(const Frame& frame, std::string_view text)
{
    const auto& record = *frame.record;
    for (const auto& wrong : record.errors)
        note(PolicyFlaw::syntax, frame.domain, wrong.term.substr(0, 80) + ": " + wrong.what);
    for (const auto& ignored : record.ignored)
        note(PolicyFlaw::ignored_term, frame.domain, ignored);
    const auto all = std::find_if(record.terms.begin(), record.terms.end(),
                                  [](const SpfTerm& term) { return term.mechanism == SpfMechanism::all; });
    for (auto term = record.terms.begin(); term != record.terms.end(); ++term) {
        if (all < term) {
            note(PolicyFlaw::behind_all, frame.domain, term->text);
            break;
        }
        if (passes_everybody(*term))
            note(PolicyFlaw::passes_all, frame.domain, term->text);
        if (term->mechanism == SpfMechanism::ptr)
            note(PolicyFlaw::uses_ptr, frame.domain, term->text);
    }
    if (all != record.terms.end() && !record.redirect.empty())
        note(PolicyFlaw::behind_all, frame.domain, "redirect=" + record.redirect);
    if (all == record.terms.end() && record.redirect.empty() && record.errors.empty() && frame.main)
        note(PolicyFlaw::no_all, frame.domain, {});
    if (text.size() > kLongRecord)
        note(PolicyFlaw::long_record, frame.domain, std::to_string(text.size()) + " octets");
}

SpfEvaluation::Result SpfEvaluation::evaluate(const Frame& frame)
{
    bool pending = false;
    for (const auto& term : frame.record->terms) {
        switch (match(frame, term)) {
        case Match::no: break;
        case Match::yes: return decided(frame, term);
        case Match::pending:
            if (!walking_)
                return std::nullopt;
            pending = true; // go on: the more is asked at once, the sooner all is known
            break;
        case Match::temperror:
            if (!walking_)
                return PolicyResult::temperror;
            break;
        case Match::permerror:
            if (!walking_)
                return PolicyResult::permerror;
            break;
        }
        if (term.mechanism == SpfMechanism::all)
            return pending ? std::nullopt : Result(PolicyResult::neutral);
    }
    const auto result = frame.record->redirect.empty() ? Result(PolicyResult::neutral) : redirected(frame);
    return pending ? std::nullopt : result;
}

SpfEvaluation::Result SpfEvaluation::decided(const Frame& frame, const SpfTerm& term)
{
    if (frame.main) {
        check_.matched = term.text.substr(0, kMaxDetail) + " of " + frame.domain;
        if (term.result == PolicyResult::fail)
            failing_ = frame;
    }
    return term.result;
}

SpfEvaluation::Result SpfEvaluation::redirected(const Frame& frame)
{
    const auto& spec = frame.record->redirect;
    if (!count_term(frame, nullptr))
        return PolicyResult::permerror;
    if (unknowable(spec))
        return PolicyResult::neutral;
    const auto target = domain_of(frame, spec);
    if (!target)
        return std::nullopt;
    if (*target && std::find(path_.begin(), path_.end(), **target) != path_.end()) {
        note(PolicyFlaw::loop, frame.domain, "redirect=" + spec);
        return walked(PolicyResult::permerror);
    }
    auto result = *target ? check_host(**target, frame.main) : Result(PolicyResult::none);
    if (result != PolicyResult::none)
        return result;
    note(PolicyFlaw::redirect_without, frame.domain, "redirect=" + spec);
    return walked(PolicyResult::permerror);
}

bool SpfEvaluation::count_term(const Frame& frame, const SpfTerm* term)
{
    if (walking_ && check_.lookups >= SpfCheck::kMaxWalkedTerms)
        return false;
    if (++check_.lookups <= SpfCheck::kMaxTerms)
        return true;
    note(PolicyFlaw::too_many_lookups, frame.domain,
         term != nullptr ? term->text : "redirect=" + frame.record->redirect);
    permerror_ = true;
    return walking_;
}

bool SpfEvaluation::count_void(const Frame& frame, std::string_view what)
{
    if (++check_.voids <= SpfCheck::kMaxVoids)
        return true;
    note(PolicyFlaw::too_many_voids, frame.domain, what);
    permerror_ = true;
    return walking_;
}

const SpfAnswer* SpfEvaluation::ask(const std::string& name, RecordType type)
{
    const auto found = answers_.find({name, type});
    if (found != answers_.end())
        return &found->second;
    static const SpfAnswer kUnasked = [] {
        SpfAnswer answer;
        answer.lookup.outcome = LookupOutcome::failed;
        answer.lookup.failure = LookupFailure::cancelled;
        return answer;
    }();
    if (answers_.size() + needed_.size() >= SpfCheck::kMaxQuestions)
        return &kUnasked;
    Question question;
    question.name = name;
    question.type = type;
    if (std::find(needed_.begin(), needed_.end(), question) == needed_.end())
        needed_.push_back(std::move(question));
    return nullptr;
}

bool SpfEvaluation::explain(const Frame& frame)
{
    if (frame.record->explanation.empty())
        return true;
    const auto place = domain_of(frame, frame.record->explanation);
    if (!place)
        return false;
    if (!*place)
        return true;
    const auto* answer = ask(**place, RecordType::txt);
    if (answer == nullptr)
        return false;
    // Whatever is wrong with it, it is as if there were none (section 6.2).
    if (answer->lookup.outcome != LookupOutcome::found || answer->lookup.records.size() != 1)
        return true;
    const auto& text = answer->lookup.records.front().data;
    const auto parts = parse_macros(text, MacroUse::explanation);
    if (!parts)
        return true;
    const auto known = values(frame, text);
    if (!known)
        return false;
    check_.explained = expand_macros(*parts, *known);
    return true;
}

void SpfEvaluation::note(PolicyFlaw flaw, const std::string& domain, std::string_view detail)
{
    PolicyNote added;
    added.flaw = flaw;
    added.domain = domain;
    added.detail = detail.substr(0, kMaxDetail);
    // Where the limit is passed tells enough once.
    const bool once = flaw == PolicyFlaw::too_many_lookups || flaw == PolicyFlaw::too_many_voids;
    const auto same = [&](const PolicyNote& other) { return once ? other.flaw == flaw : other == added; };
    if (check_.notes.size() < kMaxNotes && std::none_of(check_.notes.begin(), check_.notes.end(), same))
        check_.notes.push_back(std::move(added));
}

} // namespace smtpprobe
