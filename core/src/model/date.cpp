#include "bonin/date.hpp"

#include <algorithm>
#include <cstdio>

namespace bonin {
namespace {

using namespace std::chrono;

/// Reads exactly `width` digits at `at`; -1 if one is none.
int digits(std::string_view text, std::size_t at, std::size_t width) noexcept {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Date> read_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const Date date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

/// A std::chrono::year has 16 bits and wraps: what lies beyond the years that are written with four digits is the first
/// or the last of them.
Moment in_the_calendar(Moment moment) noexcept {
  constexpr Moment first{sys_days{year{0} / January / 1}};
  constexpr Moment last{sys_days{year{9999} / December / 31} + hours{24} - milliseconds{1}};
  return std::clamp(moment, first, last);
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) noexcept {
  const auto date = read_date(text);
  if (!date || date->year() < year{1900}) return std::nullopt;
  return date;
}

std::string to_string(Date date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

Date date_in_korea(Moment moment) noexcept {
  return Date{floor<days>(in_the_calendar(in_the_calendar(moment) + hours{9}))};
}

std::optional<Moment> parse_moment(std::string_view text) noexcept {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
  const auto date = read_date(text.substr(0, 10));
  const int h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!date || text[13] != ':' || text[16] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) {
    return std::nullopt;
  }
  std::size_t at = 19;
  int millis = 0;
  if (text[at] == '.') {
    int scale = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      millis += scale * (text[at] - '0');
      scale /= 10;
    }
    if (at == first) return std::nullopt;
  }
  minutes offset{0};
  const auto zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
    const int oh = digits(zone, 1, 2), om = digits(zone, 4, 2);
    if (oh < 0 || oh > 23 || om < 0 || om > 59) return std::nullopt;
    offset = (hours{oh} + minutes{om}) * (zone[0] == '-' ? -1 : 1);
  }
  return Moment{sys_days{*date}} + hours{h} + minutes{m} + seconds{s} + milliseconds{millis} - offset;
}

std::string to_string(Moment moment) {
  moment = in_the_calendar(moment);
  const auto day = floor<days>(moment);
  const hh_mm_ss time{moment - day};
  char text[40];
  std::snprintf(text, sizeof text, "%sT%02d:%02d:%02d.%03dZ", to_string(Date{day}).c_str(),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace bonin
