#include "manage/doctor/doctor.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;
using Hosts = std::vector<std::string>;

TEST_CASE("netrc: the hosts in it") {
    CHECK(netrc_hosts("") == Hosts{});
    CHECK(netrc_hosts("machine hf.co login me password hf_x\n") == Hosts{"hf.co"});
    CHECK(netrc_hosts("machine\n\thf.co\n\tlogin me\n\tpassword hf_x\nmachine b login c") ==
          Hosts{"hf.co", "b"});
    CHECK(netrc_hosts("default login me password x\n") == Hosts{});
    CHECK(netrc_hosts("machine hf.co password x\r\nmachine b\r\n") == Hosts{"hf.co", "b"});
}

TEST_CASE("netrc: what looks like a host and is none") {
    CHECK(netrc_hosts("# machine hf.co login me\n") == Hosts{});
    CHECK(netrc_hosts("machine a login b # machine hf.co\n") == Hosts{"a"});
    CHECK(netrc_hosts("machine a login machine password hf.co\n") == Hosts{"a"});
    CHECK(netrc_hosts("machine a password #secret machine b\n") == Hosts{"a", "b"});
    CHECK(netrc_hosts("macdef init\nmachine hf.co\ncd x\n\nmachine b\n") == Hosts{"b"});
    CHECK(netrc_hosts("machine") == Hosts{});
}
