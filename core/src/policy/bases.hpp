#pragma once
// The files that a policy document names in `extends`, put where they are named.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/error.hpp"
#include "bonin/policy.hpp"
#include "bonin/result.hpp"

namespace bonin::policy_detail {

/// The bases of a document, and theirs, all together.
inline constexpr std::size_t max_bases = 16;

/// The path of a file that another one names.
std::string beside(const std::string& path, const std::string& name);

/// Does a name in `extends`, or the `policy` of a cases file, mean a file? A preset's name never does.
bool is_path(std::string_view name) noexcept;

/// What to say of a path in a document that was read from no file.
std::string no_folder(std::string_view path);

/// A document with its bases in their places.
class DocumentOfFiles {
 public:
  /// Reads the file at `path`, and every file that it names. A path is taken from the folder of the file that names it.
  static Result<DocumentOfFiles> read(const std::string& path);

  /// A document that stands in the file at `path`, at this pointer, with every file that it names.
  static Result<DocumentOfFiles> within(const std::string& path, const std::string& pointer, nlohmann::json document);

  const nlohmann::json& document() const noexcept { return document_; }

  /// The same error with the pointer in the file that is wrong, and this file's path in the message.
  Error in_its_file(Error error) const;

 private:
  friend class BasesReader;
  struct File {
    std::string pointer;  // where it stands in the document
    std::string path;
    std::string extended_by;  // path; empty: of the first
    std::string within;       // pointer of the document in its file
  };
  nlohmann::json document_;
  std::vector<File> files_;
};

/// Where a document of files becomes a policy.
class Documents {
 public:
  static Result<Policy> policy(const DocumentOfFiles& files);
};

/// Opens and reads a file of at most `max_bytes`; one byte more of a longer one, for its reader to refuse. The error
/// has no place: it says why in one clause.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes, bool regular_only);

}  // namespace bonin::policy_detail
