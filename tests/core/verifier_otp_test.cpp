// How often codes may be asked for and tried.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "otp_allowance.hpp"
#include "support/observed.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;

/// Stands still until it is moved.
class StillClock final : public Clock {
 public:
  Moment now() const noexcept override { return Moment{}; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return now_; }
  void advance(std::chrono::steady_clock::duration by) { now_ += by; }

 private:
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1000)};
};

std::string refused(const std::optional<Error>& error) { return error ? error->parameter : ""; }

TEST(OtpAllowance, CountsBySubjectNumberAndAddress) {
  const auto clock = std::make_shared<StillClock>();
  const auto allowance =
      OtpAllowance::create({.sends_per_subject = 2, .sends_per_phone = 3, .sends_per_address = 4}, clock).value();
  const auto send = [&](const char* subject, const char* phone, const char* address) {
    return refused(allowance->take_send(subject, phone, address));
  };
  EXPECT_EQ(send("s1", "010-1", "a1"), "");
  EXPECT_EQ(send("s1", "0102", "a1"), "");
  EXPECT_EQ(send("s1", "0103", "a1"), "subject");
  EXPECT_EQ(send("s2", "0101", "a1"), "") << "what was refused counts for nothing";
  EXPECT_EQ(send("s3", "01 01", "a2"), "") << "a number is its digits";
  EXPECT_EQ(send("s4", "0101", "a2"), "phone");
  EXPECT_EQ(send("s5", "0105", "a1"), "");
  EXPECT_EQ(send("s6", "0106", "a1"), "address");
  clock->advance(1h);
  EXPECT_EQ(send("s1", "0101", "a1"), "");
  test::defended(18, "codes are counted by subject, number and network, and tries by id, each within an hour");
}

TEST(OtpAllowance, SaysWhenToComeAgain) {
  const auto clock = std::make_shared<StillClock>();
  const auto allowance = OtpAllowance::create({.codes_per_id = 1}, clock).value();
  EXPECT_FALSE(allowance->take_code("iv-1"));
  EXPECT_FALSE(allowance->take_code("iv-2"));
  clock->advance(10min);
  const auto error = allowance->take_code("iv-1");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::throttled);
  EXPECT_EQ(error->http_status, 0);
  EXPECT_EQ(error->retry_after_ms, 50 * 60'000);
  EXPECT_EQ(error->what().find("iv-1"), std::string::npos);
}

TEST(OtpAllowance, ForgetsWhatWasAskedLongestAgo) {
  const auto clock = std::make_shared<StillClock>();
  const auto allowance = OtpAllowance::create({.codes_per_id = 1}, clock).value();
  for (std::size_t i = 0; i < 3 * OtpAllowance::capacity; ++i) {
    ASSERT_FALSE(allowance->take_code("iv-" + std::to_string(i)));
  }
  EXPECT_FALSE(allowance->take_code("iv-0"));
  EXPECT_TRUE(allowance->take_code("iv-" + std::to_string(3 * OtpAllowance::capacity - 1)));
}

TEST(OtpAllowance, CountsANetworkAndNotItsAddresses) {
  const auto clock = std::make_shared<StillClock>();
  const auto allowance = OtpAllowance::create({.sends_per_address = 2}, clock).value();
  int others = 0;
  const auto send = [&](const char* address) {
    const auto other = std::to_string(others++);
    return refused(allowance->take_send("s" + other, "0" + other, address));
  };
  EXPECT_EQ(send("2001:db8:1:2::1"), "");
  EXPECT_EQ(send("2001:db8:1:2:ffff::28"), "");
  EXPECT_EQ(send("2001:DB8:1:2::3"), "address");
  EXPECT_EQ(send("2001:db8:1:3::1"), "");
  EXPECT_EQ(send("203.0.113.7"), "");
  EXPECT_EQ(send("::ffff:203.0.113.7"), "");
  EXPECT_EQ(send("::FFFF:cb00:7107"), "address");
}

TEST(OtpAllowance, AForkedChildCountsAnew) {
  const auto clock = std::make_shared<StillClock>();
  const auto allowance = OtpAllowance::create({.codes_per_id = 1}, clock).value();
  ASSERT_FALSE(allowance->take_code("iv-1"));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(30);
    _exit(!allowance->take_code("iv-1") && allowance->take_code("iv-1") ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_TRUE(allowance->take_code("iv-1"));
}

TEST(OtpAllowance, RefusesLimitsThatLetNobodyThrough) {
  const auto clock = std::make_shared<StillClock>();
  EXPECT_EQ(OtpAllowance::create({.sends_per_phone = 0}, clock).error().parameter, "sends_per_phone");
  EXPECT_EQ(OtpAllowance::create({.codes_per_id = -1}, clock).error().parameter, "codes_per_id");
}

}  // namespace
}  // namespace bonin
