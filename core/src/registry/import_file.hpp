#pragma once
// The lines of a file that is moved in.

#include <array>
#include <fstream>

#include "bonin/import.hpp"

namespace bonin {

struct ImportFile::Impl {
  static constexpr std::size_t longest_line = 65'536;
  /// The columns, in the order of their names.
  static constexpr std::array<std::string_view, 5> columns{"kind", "value", "provider", "merchant", "account"};

  struct Line {
    std::int64_t number = 0;
    bool broken = false;
    ImportRow row{};
  };

  Impl(const std::string& path, ImportFileOptions options)
      : file(path, std::ios::binary), options(std::move(options)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// False: the file has ended. A line that is longer than `longest_line` is cut off there.
  bool read_line();
  /// The fields of the line; false where its quotes do not match.
  bool split();
  /// Reads the first line.
  std::optional<Error> read_header();
  /// The next lines that are not empty, at most `limit`.
  std::vector<Line> next(std::size_t limit);

  std::ifstream file;
  ImportFileOptions options;
  std::vector<std::size_t> places;  // of the file's columns among `columns`
  std::int64_t number = 0;          // of the line
  bool ended = false;

 private:
  int take();

  std::array<char, 65'536> buffer_{};
  std::size_t at_ = 0, size_ = 0;
  bool too_long_ = false;
  std::string line_;
  std::vector<std::string> fields_;
};

}  // namespace bonin
