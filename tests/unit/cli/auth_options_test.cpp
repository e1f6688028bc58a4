// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/auth_options.hpp"
#include "cli/netrc.hpp"
#include "cli/secret_source.hpp"
#include "smtp/host_login.hpp"

using namespace smtpprobe;
using Words = std::vector<std::string>;

namespace {

CommandLine read(const Words& arguments)
{
    const auto line = parse_command_line(arguments);
    if (!line)
        FAIL(line.error().text);
    return *line;
}

std::string error_of(const Words& arguments)
{
    const auto line = parse_command_line(arguments);
    REQUIRE_FALSE(line);
    CHECK(line.error().exit_status == 3);
    return line.error().text;
}

/// A file that is gone when the test is over.
class File {
public:
    explicit File(const std::string& text) { std::ofstream(path_) << text; }
    ~File() { std::filesystem::remove(path_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_ =
        (std::filesystem::temp_directory_path() / ("smtpprobe-secret-" + std::to_string(::getpid())))
            .string();
};

AuthSettings login_of(const Words& arguments)
{
    const auto line = read(arguments);
    const auto login = read_login(line, line.targets.at(0));
    if (!login)
        FAIL(login.error());
    return *login;
}

std::string login_error(const Words& arguments)
{
    const auto line = read(arguments);
    const auto login = read_login(line, line.targets.at(0));
    REQUIRE_FALSE(login);
    return login.error();
}

} // namespace

TEST_CASE("The option --auth takes a list of mechanisms, or nothing, and leaves the target alone")
{
    const Words user{"--auth-user", "jane"};
    const auto with = [&](Words more) {
        more.insert(more.end(), user.begin(), user.end());
        return read(more);
    };
    auto line = with({"--auth", "plain,Scram-SHA-256,PLAIN", "example.com"});
    CHECK(line.settings.auth.wanted);
    CHECK(line.settings.auth.mechanisms == Words{"PLAIN", "SCRAM-SHA-256"});
    CHECK(line.targets.at(0).name == "example.com");
    CHECK(with({"--auth=LOGIN", "example.com"}).settings.auth.mechanisms == Words{"LOGIN"});
    for (const auto* target :
         {"example.com", "mx:587", "[192.0.2.1]", "a@b.example", "smtp://host", "localhost"}) {
        CAPTURE(target);
        line = with({"--auth", target});
        CHECK(line.settings.auth.wanted);
        CHECK(line.settings.auth.mechanisms.empty());
        CHECK(line.targets.size() == 1);
    }
    CHECK(with({"example.com", "--auth"}).settings.auth.wanted);
    CHECK_THAT(error_of({"--auth", "PLANE", "example.com", "--auth-user", "jane"}),
               Catch::StartsWith(
                   "smtpprobe: --auth \"PLANE\" is no mechanism that is spoken here; they are SCRAM-"));
}

TEST_CASE("What belongs to a login reaches its setting, and asks for one")
{
    const auto line =
        read({"--auth-user", "jane", "--auth-as", "boss", "--auth-realm", "R", "--auth-insecure",
              "--no-initial-response", "--show-secrets", "--auth-all", "example.com"});
    const auto& auth = line.settings.auth;
    CHECK(auth.wanted);
    CHECK(auth.all);
    CHECK(auth.user == "jane");
    CHECK(auth.authorize_as == "boss");
    CHECK(auth.realm == "R");
    CHECK(auth.insecure);
    CHECK_FALSE(auth.initial_response);
    CHECK(auth.show_secrets);
    CHECK_FALSE(read({"example.com"}).settings.auth.wanted);
}

TEST_CASE("A login without a user, or a password without a login, is told before anything is sent")
{
    CHECK(error_of({"--auth", "example.com"}) ==
          "smtpprobe: nobody to log in; say --auth-user USER, or --netrc\n");
    CHECK(error_of({"--auth-password-env", "X", "example.com"}) ==
          "smtpprobe: there is a password but nobody to log in; say --auth-user USER\n");
    CHECK_THAT(error_of({"--auth-user", "j", "--auth-password-env", "X", "--netrc", "example.com"}),
               Catch::StartsWith("smtpprobe: the password can come from one place only"));
    CHECK_THAT(error_of({"--show-secrets", "example.com"}),
               Catch::StartsWith("smtpprobe: --show-secrets is about a login"));
    CHECK_THAT(error_of({"--auth-all", "--auth", "PLAIN", "--auth-user", "j", "example.com"}),
               Catch::StartsWith("smtpprobe: --auth-all tries every mechanism"));
    CHECK_THAT(error_of({"explain", "bounce.eml", "--probe", "--auth-user", "j"}),
               Catch::StartsWith("smtpprobe: explain --probe does not log in"));
    CHECK_THAT(error_of({"--auth-password-fd", "x", "--auth-user", "j", "example.com"}),
               Catch::StartsWith("smtpprobe: --auth-password-fd \"x\" is no file descriptor"));
    CHECK(read({"--auth", "EXTERNAL", "example.com"}).settings.auth.wanted);
    CHECK(login_of({"--auth", "EXTERNAL,ANONYMOUS", "example.com"}).password.empty());
}

TEST_CASE("A password is the first line of a file, a descriptor, a variable or a command")
{
    const File file("s3 cret\r\nmore\n");
    CHECK(login_of({"--auth-user", "j", "--auth-password-file", file.path(), "mx.example:587"})
              .password.reveal() == "s3 cret");
    CHECK(login_of({"--auth-user", "j", "--auth-password-command", "cat " + file.path(), "mx.example:587"})
              .password.reveal() == "s3 cret");
    std::FILE* open = std::fopen(file.path().c_str(), "r");
    REQUIRE(open != nullptr);
    CHECK(secret_from_descriptor(::fileno(open))->reveal() == "s3 cret");
    std::fclose(open);
    ::setenv("SMTPPROBE_TEST_SECRET", "from env", 1);
    CHECK(login_of({"--auth-user", "j", "--auth-password-env", "SMTPPROBE_TEST_SECRET", "mx.example:587"})
              .password.reveal() == "from env");
}

TEST_CASE("A password that cannot be read is told in one line that does not hold it")
{
    const Words user{"--auth-user", "j", "mx.example:587"};
    const auto with = [&](Words more) {
        more.insert(more.end(), user.begin(), user.end());
        return login_error(more);
    };
    CHECK(with({"--auth-password-file", "/nonexistent/x"}) ==
          "--auth-password-file: \"/nonexistent/x\" cannot be read: No such file or directory");
    const File empty("\nsecret\n");
    CHECK(with({"--auth-password-file", empty.path()}) ==
          "--auth-password-file: \"" + empty.path() + "\" holds no password in its first line");
    CHECK(with({"--auth-password-env", "SMTPPROBE_NOT_SET"}) ==
          "--auth-password-env: the environment has no variable \"SMTPPROBE_NOT_SET\"");
    CHECK(with({"--auth-password-command", "echo secret; exit 7"}) ==
          "--auth-password-command: \"echo secret; exit 7\" failed with exit status 7");
    CHECK(with({"--auth-password-fd", "999"}) ==
          "--auth-password-fd: descriptor 999 cannot be read: Bad file descriptor");
    const File huge(std::string(100'000, 'x'));
    CHECK_THAT(with({"--auth-password-file", huge.path()}), Catch::EndsWith("longer than 64 KiB"));
}

TEST_CASE("netrc gives user and password by the host's name, else by default")
{
    const std::string text = "# machine not.this login x password y\n"
                             "machine other.example login o password p\n"
                             "macdef init\nmachine mx.example login wrong password wrong\n\n"
                             "machine MX.example login jane account a password \"with \\\" blank\"\n"
                             "machine mx.example login joe password second\n"
                             "default login anyone password fallback\n";
    const auto find = [](std::string_view netrc, std::string_view host, std::string user) {
        AuthSettings auth;
        auth.by_host = parse_netrc(netrc);
        auth.user = std::move(user);
        return login_at_host(auth, host);
    };
    CHECK(find(text, "mx.example", "")->user == "jane");
    CHECK(find(text, "mx.example", "")->password.reveal() == "with \" blank");
    CHECK(find(text, "mx.example", "joe")->password.reveal() == "second");
    CHECK(find(text, "else.example", "")->user == "anyone");
    CHECK(find("machine a login b password c", "mx.example", "").error() ==
          "has no entry for mx.example: machine mx.example login ... password ...");
    CHECK(find("machine a login b", "a", "").error() == "has no password for a");
    CHECK(find("machine a login b password c", "a", "z").error() == "has no password for z at a");
    for (const auto* odd :
         {"", "machine", "machine a login", "machine a password \"open", "macdef", "default"})
        CHECK_FALSE(find(odd, "b", ""));

    const File file(text);
    const auto login = login_of({"--netrc=" + file.path(), "mx.example:587"});
    CHECK(login.user == "jane");
    CHECK(login.wanted);
    CHECK(login_of({"--netrc", file.path(), "mx.example:587"}).user == "jane");
    CHECK(login_error({"--netrc=/nonexistent/netrc", "mx.example:587"}) ==
          "--netrc: /nonexistent/netrc cannot be read: No such file or directory");
    CHECK_THAT(login_error({"--netrc=" + file.path(), "--auth-user", "nobody", "mx.example:587"}),
               Catch::EndsWith("has no password for nobody at mx.example"));
}

TEST_CASE("on an MX route netrc is read for its hosts, which are not known yet")
{
    const File file("machine example.com login domain password d\n"
                    "machine mx1.example.com login jane password j\n");
    const auto login = login_of({"--netrc=" + file.path(), "example.com"});
    CHECK(login.user.empty());
    CHECK(login.password.empty());
    CHECK(login_at_host(login, "mx1.example.com")->password.reveal() == "j");
    CHECK(login_at_host(login, "mx2.example.com").error() ==
          "has no entry for mx2.example.com: machine mx2.example.com login ... password ...");
    CHECK(login_of({"--netrc=" + file.path(), "example.com", "--no-mx"}).user == "domain");
    CHECK_THAT(login_error({"--netrc=" + file.path(), "--auth-user", "joe", "example.com"}),
               Catch::EndsWith("has no password for joe"));
}
