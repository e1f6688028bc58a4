// SPDX-License-Identifier: Apache-2.0
#include "cli/target_run.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include "cli/terminal.hpp"
#include "cli/waiting_line.hpp"
#include "net/trust.hpp"
#include "probe/run_probe.hpp"
#include "render/exit_status.hpp"

namespace smtpprobe {
namespace {

/// Once the report is out, nobody waits longer than this for answers to QUIT.
constexpr auto kQuitGrace = std::chrono::seconds(1);

constexpr int kInterruptedTwice = 130;

/// One target, from its first question to its report.
class TargetRun {
public:
    TargetRun(const CommandLine& line, const Target& target, const std::function<void(const Report&)>& show,
              std::shared_ptr<const OutgoingMessage> message)
        : line_(line), target_(target), show_(show), message_(std::move(message)),
          signals_(loop_, SIGINT, SIGTERM), quit_grace_(loop_), waiting_(loop_)
    {
    }

    int run()
    {
        await_signal();
        ProbeEvents events;
        // For a reader, the report is complete as soon as all is learnt; a machine, and whoever wants
        // the transcript, gets the answers to QUIT as well.
        if (line_.format == Format::text && line_.verbosity < 1)
            events.on_settled = [this](const Facts& facts) { settled(facts); };
        if (can_show_progress())
            events.on_progress = [this](const Progress& progress) { waiting_.update(progress); };
        asio::co_spawn(
            loop_,
            run_probe(loop_.get_executor(), target_, line_.settings, std::move(events), control_, message_),
            [this](std::exception_ptr error, Facts facts) { ended(error, std::move(facts)); });
        loop_.run();
        return status_;
    }

private:
    void await_signal()
    {
        signals_.async_wait([this](const std::error_code& error, int) {
            if (error)
                return;
            if (std::exchange(interrupted_, true))
                std::_Exit(kInterruptedTwice);
            control_->interrupt();
            await_signal();
        });
    }

    void settled(const Facts& facts)
    {
        show(facts);
        quit_grace_.expires_after(kQuitGrace);
        quit_grace_.async_wait([this](const std::error_code& error) {
            if (!error)
                control_->hang_up();
        });
    }

    void ended(std::exception_ptr error, Facts facts)
    {
        waiting_.end();
        quit_grace_.cancel();
        signals_.cancel();
        if (error)
            std::rethrow_exception(error);
        if (!shown_)
            show(std::move(facts));
    }

    void show(Facts facts)
    {
        waiting_.end();
        Report report;
        report.facts = std::move(facts);
        report.diagnosis = diagnose(report.facts);
        status_ = exit_status(report, line_.exit_style);
        show_(report);
        shown_ = true;
    }

    const CommandLine& line_;
    const Target& target_;
    const std::function<void(const Report&)>& show_;
    std::shared_ptr<const OutgoingMessage> message_;
    asio::io_context loop_{1};
    asio::signal_set signals_;
    asio::steady_timer quit_grace_;
    WaitingLine waiting_;
    std::shared_ptr<ProbeControl> control_ = std::make_shared<ProbeControl>();
    bool interrupted_ = false;
    bool shown_ = false;
    int status_ = 3;
};

} // namespace

int run_target(const CommandLine& line, const Target& target, const std::function<void(const Report&)>& show,
               std::shared_ptr<const OutgoingMessage> message)
{
    return TargetRun(line, target, show, std::move(message)).run();
}

std::optional<std::string> wrong_with_trust(const Settings& settings)
{
    return Trust(settings.ca_file, settings.ca_path, settings.tls_cert, settings.tls_key).check();
}

int worse(int a, int b)
{
    const auto rank = [](int status) {
        return status == 130 ? 1000 : status == 2 ? 3 : status == 3 ? 2 : status;
    };
    return rank(a) >= rank(b) ? a : b;
}

} // namespace smtpprobe
