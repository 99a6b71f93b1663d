#include "policy/until.hpp"

#include <array>
#include <string_view>

namespace bonin::policy_detail {
namespace {

constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

std::string last_day(Moment until, bool korean) {
  const Date day = date_in_korea(until - std::chrono::milliseconds(1));
  const std::string y = std::to_string(static_cast<int>(day.year()));
  const auto month = static_cast<unsigned>(day.month());
  const std::string d = std::to_string(static_cast<unsigned>(day.day()));
  if (korean) return y + "년 " + std::to_string(month) + "월 " + d + "일";
  return d + " " + std::string(months[month - 1]) + " " + y;
}

}  // namespace

std::string sentence_until(Reason reason, Moment until, bool korean) {
  const std::string day = last_day(until, korean);
  if (reason == Reason::banned) {
    return korean ? day + "까지 이용이 제한되어 있습니다."
                  : "Your use of this service is restricted until the end of " + day + ", Korean time.";
  }
  return korean ? day + "까지 다시 가입하실 수 없습니다."
                : "You cannot sign up again until the end of " + day + ", Korean time.";
}

std::string sentence_for_ever(bool korean) {
  return korean ? "이용이 영구적으로 제한되어 있습니다."
                : "Your use of this service is restricted without an end date.";
}

}  // namespace bonin::policy_detail
