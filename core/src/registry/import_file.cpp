#include "registry/import_file.hpp"

#include <algorithm>

#include "model/crypto.hpp"
#include "model/invalid_argument.hpp"

namespace bonin {
namespace {

void wipe(std::string& text) { crypto::wipe(text.data(), text.size()); }

}  // namespace

ImportFile::ImportFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImportFile::~ImportFile() = default;

ImportFile::Impl::~Impl() {
  crypto::wipe(buffer_.data(), buffer_.size());
  wipe(line_);
  for (auto& field : fields_) wipe(field);
}

Result<std::shared_ptr<ImportFile>> ImportFile::open(const std::string& path, ImportFileOptions options) {
  auto impl = std::make_unique<Impl>(path, std::move(options));
  // A folder opens, and cannot be read.
  if (!impl->file || impl->file.peek() == std::ifstream::traits_type::eof()) {
    return invalid_argument("path", "the file `" + path + "` cannot be read, or is empty");
  }
  if (auto error = impl->read_header()) return std::move(*error);
  return std::make_shared<ImportFile>(std::move(impl));
}

int ImportFile::Impl::take() {
  if (at_ == size_) {
    file.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    size_ = static_cast<std::size_t>(file.gcount());
    at_ = 0;
    if (size_ == 0) return -1;
  }
  return static_cast<unsigned char>(buffer_[at_++]);
}

bool ImportFile::Impl::read_line() {
  line_.clear();
  too_long_ = false;
  int c = take();
  if (c < 0) return false;
  ++number;
  for (; c >= 0 && c != '\n'; c = take()) {
    if (line_.size() < longest_line) {
      line_ += static_cast<char>(c);
    } else {
      too_long_ = true;
    }
  }
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

bool ImportFile::Impl::split() {
  fields_.clear();
  if (too_long_) return false;
  for (std::size_t i = 0;; ++i) {
    std::string field;
    if (i < line_.size() && line_[i] == '"') {
      // No value and no account has a line end, so a quoted field ends on its line.
      for (++i;; ++i) {
        if (i == line_.size()) return false;
        if (line_[i] == '"') {
          if (i + 1 == line_.size() || line_[i + 1] != '"') break;
          ++i;
        }
        field += line_[i];
      }
      ++i;
      if (i < line_.size() && line_[i] != ',') return false;
    } else {
      for (; i < line_.size() && line_[i] != ','; ++i) {
        if (line_[i] == '"') return false;
        field += line_[i];
      }
    }
    fields_.push_back(std::move(field));
    if (i >= line_.size()) return true;
  }
}

std::optional<Error> ImportFile::Impl::read_header() {
  const std::string expected =
      "expected a first line that names the columns: `value` and `account`, then `kind`, `provider` and `merchant`";
  read_line();
  if (line_.starts_with("\xef\xbb\xbf")) line_.erase(0, 3);
  // A first line without names may be somebody's: it is not repeated.
  if (!split()) return invalid_argument("path", expected);
  for (const auto& field : fields_) {
    const auto* const column = std::find(columns.begin(), columns.end(), field);
    const auto place = static_cast<std::size_t>(column - columns.begin());
    const bool twice = std::find(places.begin(), places.end(), place) != places.end();
    if (column == columns.end() || twice) {
      return invalid_argument("path", expected + "; column " + std::to_string(places.size() + 1) +
                                          (twice ? " is there twice" : " has another name"));
    }
    places.push_back(place);
  }
  const auto has = [this](std::string_view name) {
    return std::any_of(places.begin(), places.end(), [&](std::size_t place) { return columns[place] == name; });
  };
  if (!has("value") || !has("account")) return invalid_argument("path", expected);
  if (!has("kind") && options.kind.empty()) {
    return invalid_argument("path", "the file has no column `kind`: name one kind for all its lines, ci or di");
  }
  return std::nullopt;
}

std::vector<ImportFile::Impl::Line> ImportFile::Impl::next(std::size_t limit) {
  std::vector<Line> lines;
  while (lines.size() < limit) {
    if (!read_line()) {
      ended = true;
      break;
    }
    if (line_.empty() && !too_long_) continue;
    Line line{.number = number};
    line.broken = !split() || fields_.size() != places.size();
    if (!line.broken) {
      auto& row = line.row;
      std::string* const into[] = {&row.kind, &row.value, &row.provider, &row.merchant, &row.account_id};
      for (std::size_t i = 0; i < places.size(); ++i) *into[places[i]] = std::move(fields_[i]);
      if (row.kind.empty()) row.kind = options.kind;
      if (row.provider.empty()) row.provider = options.provider;
      if (row.merchant.empty()) row.merchant = options.merchant;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace bonin
