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

TEST_CASE("a report that has nowhere to go is dropped") {
    ssh::send_report("", Report::refused);
    ssh::send_report("/nonexistent/x", Report::refused);
    ssh::send_report("/dev/null", Report::refused);

    const test::TempDirectory directory;
    const std::string file = directory.write("file", "");
    ssh::send_report(file, Report::refused);
    CHECK(directory.read("file").empty());

    ssh::ReportChannel channel;
    CHECK(channel.read() == Report::none);
}
