#include "hfssh/hub/names.hpp"

#include <doctest/doctest.h>

#include <string_view>

using hfssh::hub::is_hub_name;

TEST_CASE("the names of hf.co") {
    for (const std::string_view name : {"hf.co", "HF.CO", "Hf.Co", "hf.co.", "huggingface.co",
                                        "HuggingFace.co", "huggingface.co.", "HUGGINGFACE.CO."}) {
        CAPTURE(name);
        CHECK(is_hub_name(name));
    }
}

TEST_CASE("other hosts") {
    using namespace std::string_view_literals;
    for (const std::string_view name : {""sv,
                                        "."sv,
                                        "hf"sv,
                                        "hf.com"sv,
                                        "hf.co.."sv,
                                        ".hf.co"sv,
                                        "www.hf.co"sv,
                                        "ssh.hf.co"sv,
                                        "ssh.hf.space"sv,
                                        "ssh.hf.jobs"sv,
                                        "hf.co.example.org"sv,
                                        "xhf.co"sv,
                                        "hfxco"sv,
                                        "hf.co "sv,
                                        " hf.co"sv,
                                        "hf.co\n"sv,
                                        "hf.co\0"sv,
                                        "hf.co:22"sv,
                                        "[hf.co]"sv,
                                        "*"sv,
                                        "huggingface.com"sv,
                                        "hf.c\xCE\xBF"sv}) {
        CAPTURE(name);
        CHECK_FALSE(is_hub_name(name));
    }
}
