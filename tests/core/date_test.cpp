#include "bonin/date.hpp"

#include <gtest/gtest.h>

namespace bonin {
namespace {

using namespace std::chrono;

TEST(Date, ReadsOnlyRealDatesOfOneShape) {
  for (const char* text : {"1900-01-01", "2004-02-29", "2000-02-29", "1999-12-31", "9999-12-31"}) {
    const auto date = parse_date(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(to_string(*date), text);
  }
  for (const char* text : {"",           "1899-12-31",  "0000-01-01",  "1900-02-29",  "2023-02-29", "2023-04-31",
                           "2023-00-10", "2023-10-00",  "2023-13-01",  "19900101",    "1990-1-01",  "1990-01-1",
                           "1990/01/01", "1990-01-01 ", " 1990-01-01", "1990-01-01T", "+990-01-01", "-990-01-01",
                           "199O-01-01", "1990-01-0x"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
  EXPECT_FALSE(parse_date(std::string_view("1990-01-01\0", 11)));
}

TEST(Date, ChangesAtMidnightInKorea) {
  EXPECT_EQ(to_string(date_in_korea(*parse_moment("2025-12-31T14:59:59.999Z"))), "2025-12-31");
  EXPECT_EQ(to_string(date_in_korea(*parse_moment("2025-12-31T15:00:00Z"))), "2026-01-01");
  EXPECT_EQ(to_string(date_in_korea(*parse_moment("2024-02-28T15:00:00Z"))), "2024-02-29");
  EXPECT_EQ(to_string(date_in_korea(*parse_moment("1969-12-31T14:59:59Z"))), "1969-12-31");
}

TEST(Date, DoesNotAskTheZoneOfTheMachine) {
  const auto moment = *parse_moment("2025-12-31T15:00:00Z");
  const char* before = std::getenv("TZ");
  const std::string kept = before != nullptr ? before : "";
  for (const char* zone : {"UTC", "Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati"}) {
    setenv("TZ", zone, 1);
    tzset();
    EXPECT_EQ(to_string(date_in_korea(moment)), "2026-01-01") << zone;
    EXPECT_EQ(to_string(moment), "2025-12-31T15:00:00.000Z") << zone;
  }
  before != nullptr ? setenv("TZ", kept.c_str(), 1) : unsetenv("TZ");
  tzset();
}

TEST(Moment, BeyondTheCalendarIsItsFirstOrLastDay) {
  // The last moment of a JavaScript Date, and years that 16 bits would make into others.
  for (const std::int64_t ms : {std::int64_t{8'640'000'000'000'000}, std::int64_t{2'000'000'000'000'000}}) {
    EXPECT_EQ(to_string(date_in_korea(Moment(std::chrono::milliseconds(ms)))), "9999-12-31");
    EXPECT_EQ(to_string(Moment(std::chrono::milliseconds(ms))), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(to_string(date_in_korea(Moment(std::chrono::milliseconds(-ms)))), "0000-01-01");
  }
}

TEST(Moment, ReadsRfc3339) {
  const std::pair<const char*, const char*> good[] = {
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"},
      {"2026-01-02T03:04:05.678999999Z", "2026-01-02T03:04:05.678Z"},
      {"2026-01-02T03:04:05+09:00", "2026-01-01T18:04:05.000Z"},
      {"2026-01-02T03:04:05.5-09:30", "2026-01-02T12:34:05.500Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& [text, expected] : good) {
    const auto moment = parse_moment(text);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(to_string(*moment), expected) << text;
  }
  EXPECT_EQ(parse_moment("1970-01-01T00:00:01Z")->time_since_epoch(), milliseconds(1000));
}

TEST(Moment, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-01-02", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-02-29T03:04:05Z", "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:00Z", "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+0900",
        "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+09:60", "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05 Z",
        "2026-01-02T-3:04:05Z", "1767323045", "2026-01-02T03-04-05Z", "2026-01-02T03:04:05+09:0"}) {
    EXPECT_FALSE(parse_moment(text)) << text;
  }
}

}  // namespace
}  // namespace bonin
