// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/login_view.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

class Reading {
public:
    explicit Reading(LoginView& view) : view_(view) {}

    void operator()(const Sent& sent)
    {
        if (sent.stop && !view_.tries.empty())
            view_.tries.back().cancelled = &sent;
        if (sent.stop && !view_.tries.empty()) // of `*`, or of the QUIT that goes before any mail
            view_.tries.back().cancelled = &sent;
        if (sent.step != Step::auth)
            return;
        const auto words = words_of(sent.text);
        if (words.size() > 1 && equal_ignoring_case(words[0], "AUTH"))
            view_.tries.push_back({to_upper(words[1])});
        else if (sent.text == "*" && !view_.tries.empty())
            view_.tries.back().cancelled = &sent;
    }

    void operator()(const Received& received)
    {
        if (received.step != Step::auth || view_.tries.empty())
            return;
        auto& login = view_.tries.back();
        (received.reply.code_class() == 3 ? login.challenge : login.answer) = &received;
    }

    void operator()(const Skipped& skipped)
    {
        if (skipped.step != Step::auth)
            return;
        view_.skipped = skipped.because;
        view_.why = skipped.why;
    }

    template <class Other> void operator()(const Other&) {}

private:
    LoginView& view_;
};

} // namespace

bool LoginView::logged_in() const
{
    const auto* login = last();
    return login != nullptr && login->cancelled == nullptr && login->answer != nullptr &&
           login->answer->reply.code_class() == 2;
}

bool LoginView::credentials_refused() const
{
    const auto* login = last();
    if (login == nullptr || login->cancelled != nullptr || login->answer == nullptr)
        return false;
    const int code = login->answer->reply.code();
    constexpr std::array kAboutTheCommand = {500, 501, 502, 503, 504, 530, 538};
    return code / 100 == 5 &&
           std::find(kAboutTheCommand.begin(), kAboutTheCommand.end(), code) == kAboutTheCommand.end();
}

LoginView read_logins(const Session& session)
{
    LoginView view;
    Reading reading(view);
    for (const auto& event : session.transcript)
        std::visit(reading, event.what);
    return view;
}

} // namespace smtpprobe
