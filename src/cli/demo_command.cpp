// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>

#include "base/printable.hpp"
#include "cli/commands.hpp"
#include "cli/demo.hpp"
#include "cli/terminal.hpp"
#include "smtpprobe/probe.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {
namespace {

constexpr int kAllAsBuilt = 0;
constexpr int kNotAsBuilt = 2;
constexpr int kCannot = 3;
constexpr int kInterrupted = 130;

/// Most of the time goes into waiting for servers that keep silent.
constexpr std::size_t kProbesAtOnce = 8;

/// The lab on its own loop. A signal ends it: what is being probed then ends by itself.
class RunningLab {
public:
    RunningLab() : signals_(loop_, SIGINT, SIGTERM), lab_(loop_) {}
    ~RunningLab()
    {
        if (!thread_.joinable())
            return;
        asio::post(loop_, [this] { end(); });
        thread_.join();
    }
    RunningLab(const RunningLab&) = delete;
    RunningLab& operator=(const RunningLab&) = delete;

    Expected<std::uint16_t, std::string> start(std::optional<std::uint16_t> port)
    {
        auto started = lab_.start(port.value_or(0));
        if (started)
            await_signal();
        return started;
    }

    /// Until a signal.
    void serve() { loop_.run(); }
    void serve_beside()
    {
        beside_ = true;
        thread_ = std::thread([this] { loop_.run(); });
    }

    /// Not while it serves beside: a signal may end it at any time.
    const Lab& lab() const { return lab_; }
    bool interrupted() const { return interrupted_; }

private:
    void await_signal()
    {
        signals_.async_wait([this](const std::error_code& error, int) {
            if (error)
                return;
            // The lab has removed its files by then.
            if (interrupted_.exchange(true))
                std::_Exit(kInterrupted);
            lab_.stop();
            if (beside_)
                await_signal();
        });
    }

    void end()
    {
        lab_.stop();
        signals_.cancel();
    }

    asio::io_context loop_{1};
    asio::signal_set signals_;
    Lab lab_;
    bool beside_ = false;
    std::thread thread_;
    std::atomic<bool> interrupted_ = false;
};

struct Job {
    const Situation* situation = nullptr;
    Settings settings;
};

/// Probes the situations side by side; each report can be waited for on its own.
class Probing {
public:
    explicit Probing(std::vector<Job> jobs) : jobs_(std::move(jobs)), reports_(jobs_.size())
    {
        try {
            for (std::size_t i = 0; i < std::min(kProbesAtOnce, jobs_.size()); ++i)
                threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            if (threads_.empty()) // one is enough
                throw;
        }
    }
    ~Probing()
    {
        for (auto& thread : threads_)
            thread.join();
    }
    Probing(const Probing&) = delete;
    Probing& operator=(const Probing&) = delete;

    std::size_t size() const { return jobs_.size(); }
    Demonstrated wait_for(std::size_t index)
    {
        return {jobs_[index].situation, reports_[index].get_future().get()};
    }

private:
    void work()
    {
        for (auto i = next_++; i < jobs_.size(); i = next_++) {
            try {
                // The table of situations is ours, and a test reads every target in it.
                const auto target = parse_target(jobs_[i].situation->target).value();
                reports_[i].set_value(probe(target, jobs_[i].settings));
            } catch (...) {
                reports_[i].set_exception(std::current_exception());
            }
        }
    }

    const std::vector<Job> jobs_;
    std::vector<std::promise<Report>> reports_;
    std::atomic<std::size_t> next_ = 0;
    std::vector<std::thread> threads_;
};

void show(const Demonstrated& one, const CommandLine& line, bool first, bool last)
{
    switch (line.format) {
    case Format::text:
        print((first ? "== " : "\n== ") + std::string(one.situation->name) + " ==\n" +
              std::string(one.situation->story) + "\n\n" +
              to_text(one.report, text_style(line.colour, line.verbosity)));
        return;
    case Format::json: print((first ? "[\n" : "") + to_json(one.report) + (last ? "\n]\n" : ",\n")); return;
    case Format::ndjson: print(to_json(one.report, -1) + '\n'); return;
    }
}

int probe_all(const CommandLine& line, const std::vector<const Situation*>& chosen)
{
    RunningLab running;
    if (const auto started = running.start(line.settings.port); !started) {
        complain("smtpprobe: " + started.error() + '\n');
        return kCannot;
    }
    std::vector<Job> jobs;
    jobs.reserve(chosen.size());
    for (const auto* situation : chosen)
        jobs.push_back({situation, running.lab().settings_for(*situation)});
    running.serve_beside();
    std::vector<Demonstrated> all;
    Probing probing(std::move(jobs));
    for (std::size_t i = 0; i < probing.size(); ++i) {
        all.push_back(probing.wait_for(i));
        if (!running.interrupted())
            show(all.back(), line, i == 0, i + 1 == probing.size());
    }
    if (running.interrupted())
        return kInterrupted;
    const bool as_built = all_as_built(all);
    if (line.format != Format::text) {
        if (!as_built)
            complain(summary(all));
    } else if (all.size() > 1 || !as_built) {
        print('\n' + summary(all));
    }
    return as_built ? kAllAsBuilt : kNotAsBuilt;
}

int serve(const CommandLine& line)
{
    RunningLab running;
    if (const auto started = running.start(line.settings.port); !started) {
        complain("smtpprobe: " + started.error() + '\n');
        return kCannot;
    }
    print(how_to_probe(running.lab()));
    running.serve();
    return kAllAsBuilt;
}

} // namespace

int run_demo_command(const CommandLine& line)
{
    if (line.list) {
        print(list_of_situations());
        return kAllAsBuilt;
    }
    if (line.serve)
        return serve(line);
    std::vector<const Situation*> chosen;
    for (const auto& name : line.situations) {
        chosen.push_back(find_situation(name));
        if (chosen.back() == nullptr) {
            complain("smtpprobe: demo has no situation \"" + printable(name, 80) +
                     "\"; smtpprobe demo --list names them\n");
            return kCannot;
        }
    }
    if (chosen.empty())
        for (const auto& situation : situations())
            chosen.push_back(&situation);
    return probe_all(line, chosen);
}

} // namespace smtpprobe
