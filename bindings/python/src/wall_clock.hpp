#pragma once
// Times that were read off a clock on a wall, and the zone that the clock hangs in.

#include <pybind11/pybind11.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace py = pybind11;

class WallClock {
 public:
  /// `offset`: a function from milliseconds to those that the clock is ahead of UTC, or None where that has not one
  /// answer.
  explicit WallClock(py::object offset) : offset_(std::move(offset)) {}

  /// In UTC; nullopt: the clock showed that time twice, or never.
  std::optional<std::int64_t> utc(std::int64_t wall_ms) {
    // Clocks are put forward and back at full quarters of an hour.
    constexpr std::int64_t quarter = 900'000;
    const std::int64_t bucket = wall_ms / quarter - (wall_ms % quarter < 0 ? 1 : 0);
    if (!last_ || last_->first != bucket) last_ = {bucket, offset_at(bucket, bucket * quarter)};
    if (!last_->second) return std::nullopt;
    return wall_ms - *last_->second;
  }

 private:
  std::optional<std::int64_t> offset_at(std::int64_t bucket, std::int64_t wall_ms) {
    const auto [found, is_new] = offsets_.try_emplace(bucket);
    if (is_new) {
      const py::object offset = offset_(wall_ms);
      if (!offset.is_none()) found->second = offset.cast<std::int64_t>();
    }
    return found->second;
  }

  py::object offset_;
  std::unordered_map<std::int64_t, std::optional<std::int64_t>> offsets_;
  std::optional<std::pair<std::int64_t, std::optional<std::int64_t>>> last_;
};
