#include "transport/url.hpp"

#include <gtest/gtest.h>

#include "support/observed.hpp"

namespace bonin {
namespace {

TEST(BaseUrl, TakesHttpsAndLoopback) {
  const std::pair<const char*, const char*> good[] = {
      {"https://api.portone.io", "https://api.portone.io"},
      {"https://api.portone.io/", "https://api.portone.io"},
      {"https://proxy.example:8443/portone//", "https://proxy.example:8443/portone"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://127.8.9.10", "http://127.8.9.10"},
      {"http://localhost:1/", "http://localhost:1"},
      {"http://[::1]:8080", "http://[::1]:8080"},
  };
  for (const auto& [given, expected] : good) {
    const auto url = check_base_url(given);
    ASSERT_TRUE(url) << given << ": " << url.error().message;
    EXPECT_EQ(url.value(), expected);
  }
  for (const char* bad : {"http://api.portone.io", "http://127.0.0.1.example", "http://10.0.0.1", "ftp://127.0.0.1"}) {
    const auto url = check_base_url(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().kind, ErrorKind::insecure_url) << bad;
  }
  test::defended(13, "plain http to a host that is not loopback is refused at construction");
}

TEST(BaseUrl, SaysWhatIsWrongWithoutSayingTheUrl) {
  const auto url = check_base_url("https://user:canary@api.portone.io");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, ErrorKind::insecure_url);
  EXPECT_EQ(url.error().parameter, "base_url");
  EXPECT_EQ(url.error().what().find("canary"), std::string::npos);
}

TEST(Url, HostAndPercentEncoding) {
  EXPECT_EQ(host_of("https://api.portone.io:8443/x"), "api.portone.io");
  EXPECT_EQ(percent_encode(""), "");
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("{\"a\": 1}&/?#%"), "%7B%22a%22%3A%201%7D%26%2F%3F%23%25");
  EXPECT_EQ(percent_encode("본"), "%EB%B3%B8");
}

}  // namespace
}  // namespace bonin
