// SPDX-License-Identifier: Apache-2.0
// Reverse names of our addresses, and the name that we say in EHLO.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/generic_name.hpp"
#include "diagnosis/own_side_findings.hpp"

namespace smtpprobe {
namespace {

class NameFinder {
public:
    explicit NameFinder(const OwnView& view) : view_(view) {}

    void find()
    {
        for (const auto& address : view_.own.addresses)
            find_reverse(address);
        find_hello();
    }

private:
    const Lookup* forward(const std::string& name, Family family) const
    {
        return lookup_made(view_.facts, Purpose::own_address, name, record_type_of(family));
    }

    void find_reverse(const IpAddress& address)
    {
        const auto text = address.text();
        const auto by = "PTR of " + text;
        const auto* lookup =
            lookup_made(view_.facts, Purpose::own_name, address.reverse_name(), RecordType::ptr);
        if (lookup == nullptr)
            return;
        const auto seen = by + ": " + outcome_text(*lookup);
        if (lookup->outcome == LookupOutcome::failed) {
            view_.add("self.reverse-name-fails", Severity::warning, text, seen, by);
            return;
        }
        const auto names = own_names(view_.facts, address);
        if (names.empty()) {
            view_.add("self.no-reverse-name", Severity::problem, text, seen, by);
            return;
        }
        find_confirmation(address, names);
        if (lookup->records.size() > 1)
            view_.add("self.several-reverse-names", Severity::note, text,
                      by + ": " + std::to_string(lookup->records.size()) + " names, such as " +
                          printable(names.front(), 80),
                      by);
        for (const auto& name : names)
            if (const auto why = generic_by(name, address)) {
                view_.add("self.reverse-name-generic", Severity::warning, text,
                          printable(name, 120) + ' ' + *why, by);
                return;
            }
    }

    /// One name that leads back is enough.
    void find_confirmation(const IpAddress& address, const std::vector<std::string>& names)
    {
        const Lookup* failed = nullptr;
        const Lookup* elsewhere = nullptr;
        const Lookup* without = nullptr;
        for (const auto& name : names) {
            const auto* lookup = forward(name, address.family());
            if (lookup == nullptr)
                return; // not asked to its end: nothing is known
            if (leads_to(*lookup, address))
                return;
            (lookup->outcome == LookupOutcome::failed  ? failed
             : lookup->outcome == LookupOutcome::found ? elsewhere
                                                       : without) = lookup;
        }
        const auto text = address.text();
        const auto add = [&](std::string_view id, Severity severity, const Lookup& lookup, std::string what) {
            const auto asked = std::string(name(lookup.type)) + " of " + printable(lookup.name, 120);
            view_.add(id, severity, text,
                      text + " -> " + printable(lookup.name, 120) + " -> " + std::move(what),
                      "PTR of " + text + ", " + asked);
        };
        if (failed != nullptr)
            add("self.reverse-name-unconfirmed", Severity::warning, *failed, outcome_text(*failed));
        else if (elsewhere != nullptr)
            add("self.reverse-name-elsewhere", Severity::problem, *elsewhere, records_text(*elsewhere));
        else if (without != nullptr)
            add("self.reverse-name-without-address", Severity::problem, *without, outcome_text(*without));
    }

    void find_hello()
    {
        const auto& own = view_.own;
        const auto hello = printable(own.hello, 120);
        if (own.hello_is_literal()) {
            if (own.asked || own.is_concern(Concern::hello))
                view_.add("self.hello-is-no-name", Severity::warning,
                          own.hello.empty() ? "EHLO" : "EHLO " + hello,
                          own.hello.empty() ? "this machine has no full host name" : "EHLO says " + hello,
                          "the EHLO name");
            return;
        }
        const auto where = "EHLO " + hello;
        if (!own.hello_is_qualified()) {
            view_.add("self.hello-not-qualified", Severity::problem, where, "EHLO says `" + hello + '`',
                      "the EHLO name");
            return;
        }
        find_hello_addresses(where, hello);
    }

    void find_hello_addresses(const std::string& where, const std::string& hello)
    {
        const auto* four = forward(view_.own.hello, Family::ipv4);
        const auto* six = forward(view_.own.hello, Family::ipv6);
        if (four == nullptr || six == nullptr)
            return;
        const auto by = "A and AAAA of " + hello;
        const bool found = four->outcome == LookupOutcome::found || six->outcome == LookupOutcome::found;
        const auto& telling = four->outcome == LookupOutcome::failed ? *four : *six;
        if (!found && telling.outcome == LookupOutcome::failed) {
            view_.add("self.hello-fails", Severity::warning, where, by + ": " + outcome_text(telling), by);
            return;
        }
        if (!found) {
            view_.add("self.hello-unresolved", Severity::problem, where, by + ": " + outcome_text(*four), by);
            return;
        }
        find_hello_fit(where, *four, *six);
    }

    void find_hello_fit(const std::string& where, const Lookup& four, const Lookup& six)
    {
        const auto& addresses = view_.own.addresses;
        if (addresses.empty())
            return;
        std::size_t fitting = 0;
        std::string others;
        for (const auto& address : addresses)
            if (leads_to(address.family() == Family::ipv4 ? four : six, address))
                ++fitting;
            else
                others += (others.empty() ? "" : ", ") + address.text();
        const auto hello = printable(view_.own.hello, 120);
        const auto by = "A and AAAA of " + hello;
        if (fitting == addresses.size()) {
            find_hello_difference(where, hello);
            return;
        }
        std::string leads;
        for (const auto* lookup : {&four, &six})
            if (lookup->outcome == LookupOutcome::found)
                leads += (leads.empty() ? "" : ", ") + records_text(*lookup);
        view_.add(fitting == 0 ? "self.hello-elsewhere" : "self.hello-in-part",
                  fitting == 0 ? Severity::warning : Severity::note, where,
                  hello + " -> " + leads + "; mail leaves from " + others, by);
    }

    /// Where both names lead to us, that they differ is only worth a line.
    void find_hello_difference(const std::string& where, const std::string& hello)
    {
        for (const auto& address : view_.own.addresses) {
            const auto names = own_names(view_.facts, address);
            if (names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                    return equal_ignoring_case(name, view_.own.hello);
                }))
                continue;
            view_.add("self.hello-differs", Severity::note, where,
                      "EHLO says " + hello + ", the reverse name of " + address.text() + " is " +
                          printable(names.front(), 120),
                      "PTR of " + address.text());
            return;
        }
    }

    const OwnView& view_;
};

} // namespace

void find_own_names(const OwnView& view) { NameFinder(view).find(); }

} // namespace smtpprobe
