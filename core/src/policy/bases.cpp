#include "policy/bases.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "bonin/words.hpp"
#include "model/invalid_argument.hpp"
#include "policy/document.hpp"
#include "policy/presets.hpp"

namespace bonin::policy_detail {

using Json = nlohmann::json;

std::string beside(const std::string& path, const std::string& name) {
  // As the file is named, not where a link of it leads to.
  return (std::filesystem::path(path).parent_path() / name).string();
}

bool is_path(std::string_view name) noexcept {
  return find_preset(name) == nullptr && (name.ends_with(".json") || name.find('/') != std::string_view::npos);
}

std::string no_folder(std::string_view path) {
  return "the name of a preset was expected: `" + std::string(path) +
         "` is the path of a file, and this text has no folder to look for it in; read a file with `Policy.load`";
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes, bool regular_only) {
  // fopen would take what stands before a NUL, which is another file.
  if (path.find('\0') != std::string::npos) return invalid_argument("path", "path holds a NUL");
  const auto unreadable = [&](const std::string& why) { return invalid_argument("path", "cannot be read: " + why); };
  const auto reason = [] { return std::generic_category().message(errno); };
  std::error_code failed;
  if (regular_only) {  // a pipe would be waited for
    const auto status = std::filesystem::status(path, failed);
    if (!std::filesystem::exists(status)) return unreadable(failed ? failed.message() : "No such file or directory");
    if (std::filesystem::is_directory(status)) return unreadable("it is a directory");
    if (!std::filesystem::is_regular_file(status)) return unreadable("it is no regular file");
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return unreadable(reason());
  std::string text(max_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return unreadable(reason());
  return text;
}

/// Reads the files that a document names, each in the place where it is named.
class BasesReader {
 public:
  explicit BasesReader(DocumentOfFiles& out) : out_(out) {}

  Result<Json> file(const std::string& path, const std::string& pointer, const std::string& extended_by) {
    out_.files_.push_back({pointer, path, extended_by, {}});
    auto text = read_file(path, max_policy_bytes, !extended_by.empty());
    if (!text) {
      Error error = std::move(text).error();
      error.message = "the policy file `" + path + "` " + error.message;
      return error;
    }
    auto document = read_json(text.value(), max_policy_bytes);
    if (!document) {
      document.error().parameter = pointer + document.error().parameter;
      return out_.in_its_file(std::move(document).error());
    }
    open_.push_back(path);
    if (auto done = bases(document.value(), path, pointer); !done) return std::move(done).error();
    open_.pop_back();
    return std::move(document).value();
  }

  Result<Json> within(const std::string& path, const std::string& pointer, Json document) {
    out_.files_.push_back({"", path, {}, pointer});
    open_.push_back(path);
    if (auto done = bases(document, path, ""); !done) return std::move(done).error();
    return document;
  }

 private:
  /// What is no text and no document in `extends` is for the compiler to refuse.
  Result<Done> bases(Json& document, const std::string& path, const std::string& pointer) {
    if (!document.is_object() || !document.contains("extends")) return Done{};
    Json& extends = document["extends"];
    const std::string at = pointer + "/extends";
    if (!extends.is_array()) return base(extends, path, at);
    for (std::size_t i = 0; i < extends.size(); ++i) {
      if (auto done = base(extends[i], path, pointer_to(at, std::to_string(i))); !done) return done;
    }
    return Done{};
  }

  Result<Done> base(Json& named, const std::string& path, const std::string& pointer) {
    if (named.is_object()) return bases(named, path, pointer);
    if (!named.is_string() || !is_path(named.get_ref<const std::string&>())) return Done{};
    const auto refused = [&](std::string why) { return out_.in_its_file(invalid(pointer, std::move(why))); };
    const auto& name = named.get_ref<const std::string&>();
    if (const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
        std::any_of(name.begin(), name.end(), control)) {
      return refused("a path without control characters was expected");
    }
    if (++read_ > max_bases) return refused("at most " + std::to_string(max_bases) + " bases were expected in all");
    const std::string found = beside(path, name);
    if (const auto ring = ring_of(found); !ring.empty()) return refused(ring);
    auto document = file(found, pointer, path);
    if (!document && document.error().kind == ErrorKind::invalid_argument) {  // it could not be read
      out_.files_.pop_back();
      return refused(std::move(document.error().message));
    }
    if (!document) return std::move(document).error();
    named = std::move(document).value();
    return Done{};
  }

  /// The files that lead from a file that is being read back to it; empty when it is not being read.
  std::string ring_of(const std::string& path) const {
    std::error_code failed;
    const auto same = std::find_if(open_.begin(), open_.end(), [&](const std::string& one) {
      return one == path || std::filesystem::equivalent(one, path, failed);
    });
    if (same == open_.end()) return {};
    if (same + 1 == open_.end()) return "the policy file `" + path + "` extends itself";
    std::string ring;
    for (auto one = same; one != open_.end(); ++one) ring += "`" + *one + "`, ";
    return "policy files extend each other in a ring: " + ring + "`" + path + "`";
  }

  DocumentOfFiles& out_;
  std::vector<std::string> open_;  // the files from the first to the one that is being read
  std::size_t read_ = 0;
};

Result<DocumentOfFiles> DocumentOfFiles::read(const std::string& path) {
  DocumentOfFiles out;
  auto document = BasesReader(out).file(path, "", "");
  if (!document) return std::move(document).error();
  out.document_ = std::move(document).value();
  return out;
}

Result<DocumentOfFiles> DocumentOfFiles::within(const std::string& path, const std::string& pointer, Json document) {
  DocumentOfFiles out;
  auto read = BasesReader(out).within(path, pointer, std::move(document));
  if (!read) return std::move(read).error();
  out.document_ = std::move(read).value();
  return out;
}

Error DocumentOfFiles::in_its_file(Error error) const {
  const File* file = nullptr;
  for (const File& one : files_) {
    const std::string& at = one.pointer;
    const bool holds = error.parameter.starts_with(at) &&
                       (error.parameter.size() == at.size() || at.empty() || error.parameter[at.size()] == '/');
    if (holds && (file == nullptr || at.size() >= file->pointer.size())) file = &one;
  }
  if (file == nullptr) return error;
  error.parameter.replace(0, file->pointer.size(), file->within);
  error.message += " (in `" + file->path + "`";
  if (!file->extended_by.empty()) error.message += ", which `" + file->extended_by + "` extends";
  error.message += ")";
  return error;
}

}  // namespace bonin::policy_detail
