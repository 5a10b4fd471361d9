#include "hfssh/ssh/closed/report_channel.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/temp_directory.hpp"

using namespace hfssh;
using ssh::Report;

#ifdef __linux__

TEST_CASE("a report reaches the side that waits") {
    ssh::ReportChannel channel;
    const std::string path = channel.path();
    REQUIRE(path.starts_with("/proc/"));
    CHECK(channel.read() == Report::none);
    SUBCASE("accepted") {
        ssh::send_report(path, Report::accepted);
        CHECK(channel.read() == Report::accepted);
        CHECK(channel.read() == Report::accepted);
    }
    SUBCASE("with the key that was judged") {
        CHECK(ssh::send_report(path, Report::refused, "ssh-ed25519", "AAAA"));
        CHECK(channel.read() == Report::refused);
        CHECK(channel.reported().type == "ssh-ed25519");
        CHECK(channel.reported().base64 == "AAAA");
    }
    SUBCASE("without a key that does not fit, or is no word") {
        CHECK(ssh::send_report(path, Report::refused, "ssh-rsa", std::string(5000, 'A')));
        CHECK(ssh::send_report(path, Report::accepted, "a\nrefused x y", "AAAA"));
        CHECK(channel.read() == Report::refused);
        CHECK(channel.reported().base64.empty());
    }
    SUBCASE("one refusal outweighs everything") {
        ssh::send_report(path, Report::accepted);
        ssh::send_report(path, Report::refused);
        ssh::send_report(path, Report::accepted);
        ssh::send_report(path, Report::explained);
        CHECK(channel.read() == Report::refused);
    }
    SUBCASE("an explanation outweighs that the key was trusted") {
        ssh::send_report(path, Report::accepted);
        CHECK(channel.read() == Report::accepted);
        ssh::send_report(path, Report::explained);
        ssh::send_report(path, Report::accepted);
        CHECK(channel.read() == Report::explained);
    }
    SUBCASE("a pipe that is full makes nobody wait") {
        for (int i = 0; i < 20000; ++i)
            ssh::send_report(path, Report::accepted);
        CHECK(channel.read() == Report::accepted);
    }
}

#endif

TEST_CASE("reports as text") {
    const auto is = [](const char* text, Report report, const char* type) {
        const ssh::Reported reported = ssh::read_reports(text);
        return reported.report == report && reported.type == type;
    };
    CHECK(is("", Report::none, ""));
    CHECK(is("accept\nnone\nrefusedx\n", Report::none, ""));
    CHECK(is("accepted t k\n", Report::accepted, "t"));
    CHECK(is("accepted t k\nrefused u k\nrefused v k\n", Report::refused, "u"));
    CHECK(is("refused t\n", Report::refused, ""));
    CHECK(is("refused t k more\n", Report::refused, ""));
    CHECK(is("refused", Report::refused, ""));
}

TEST_CASE("a report that has nowhere to go is dropped") {
    for (const char* path : {"", "-", "/nonexistent/x", "/dev/null"})
        CHECK_FALSE(ssh::send_report(path, Report::refused));

    const test::TempDirectory directory;
    const std::string file = directory.write("file", "");
    ssh::send_report(file, Report::refused);
    CHECK(directory.read("file").empty());

    ssh::ReportChannel channel;
    CHECK(channel.read() == Report::none);
}
