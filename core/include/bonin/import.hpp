#pragma once
// Moving into a registry: from a table of raw CIs and DIs, from keys that are hashed already, from another registry.
//
//   auto import = registry.begin_import().value();
//   import.add(rows, [](bonin::Result<bonin::ImportBatch> batch) { ... });  // the next rows when this has ended
//   import.report();

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/registry.hpp"

namespace bonin {

/// A row of the operator's table: a CI or DI, and the account of whoever it is.
struct ImportRow {
  std::string kind{};      // `ci` or `di`
  std::string value{};     // the CI or DI itself, as PortOne gave it. Wiped once it is hashed
  std::string provider{};  // who verified, such as DANAL. A DI needs it
  std::string merchant{};  // of a DI: V2's `channel.pgMerchantId`; empty: the DI came through V1
  std::string account_id{};
};

/// A key as `Registry::keys` and `Registry::export_page` give it, and the account of whoever it is.
struct ImportKey {
  std::string kind{};
  std::string pepper_id{};
  std::string hash{};  // 64 lower-case hex characters
  std::string provider{};
  std::string account_id{};
  std::optional<Moment> received_at{};  // nullopt: now
};

/// Why a row was left out.
inline constexpr std::array<std::string_view, 15> import_reasons{
    "other_account",  // the person holds another account
    "other_person",   // the account is another person's
    "two_persons",    // the keys lead to two persons
    "reserved",       // somebody is signing this person up right now
    "banned",         // the person is banned, and does not hold this account
    "rejoin_period",  // the person has given an account up, and may not have one yet
    "other_subject",  // the id was used for another subject
    "bad_kind",
    "unused_kind",  // the registry keeps no keys of this kind
    "bad_value",    // empty, cut off, or no CI or DI at all
    "unknown_provider", "bad_merchant",
    "bad_account",     // empty, too long, or with control characters
    "unknown_pepper",  // the registry was not given it
    "broken_line",     // no line of the file's columns
};

/// A row that was left out. `row`: its number, from 1; in a file the number of its line; from another registry the
/// number of the person there, 0 for the use of an id.
struct ImportConflict {
  std::int64_t row = 0;
  std::string_view reason;  // one of `import_reasons`
};

/// What a batch left out, and whether there may be more to come of a file or another registry.
struct ImportBatch {
  std::vector<ImportConflict> conflicts;
  bool more = false;
};

/// What an import has done so far.
struct ImportReport {
  std::int64_t rows = 0;      // read: rows, keys or lines; persons and uses of another registry
  std::int64_t existing = 0;  // of these, how many changed nothing
  std::int64_t persons = 0;   // that are new
  std::int64_t keys = 0;      // that are new
  std::int64_t moved = 0;     // keys that moved to the newest pepper
  std::int64_t uses = 0;      // of ids, that are new
  std::array<std::int64_t, import_reasons.size()> left_out{};  // rows, by import_reasons
  std::vector<ImportConflict> conflicts;                       // the first of them: ImportOptions::conflicts

  std::int64_t left_out_count() const noexcept;
};

struct ImportOptions {
  /// How many conflicts the report lists. All are counted, and each batch answers its own. 0 to 1,000,000.
  int conflicts = 1'000;
  /// As of the clients: providers that bonin does not know and that you know to check what they give.
  std::vector<std::string> attests{};
  /// Takes any text of 1 to 1,024 bytes without spaces for a CI or DI, as a look-up does. Otherwise a CI is 88
  /// characters of base64, a DI 64.
  bool any_value = false;
};

/// What lines say where the column is empty or not there.
struct ImportFileOptions {
  std::string kind{};
  std::string provider{};
  std::string merchant{};
};

/// A table of comma-separated values: the first line names its columns, which are among `kind`, `value`, `provider`,
/// `merchant` and `account`. UTF-8, with or without a byte order mark; quoted fields; lines that end in LF or CRLF.
/// Thread-safety: none; one import reads it. What it holds of the file is wiped.
class ImportFile {
 public:
  /// ErrorKind::invalid_argument when it cannot be read, or its first line does not name the columns.
  static Result<std::shared_ptr<ImportFile>> open(const std::string& path, ImportFileOptions options = {});

  struct Impl;
  explicit ImportFile(std::unique_ptr<Impl> impl);
  ~ImportFile();

 private:
  friend class Import;
  std::unique_ptr<Impl> impl_;
};

/// An import under way. Every batch is one transaction. Whoever was added before stays as they are, so that an import
/// that ended early is begun again from the start.
///
/// A row says that a key is an account's. It is added to the person who holds the account, or with the account to a new
/// person. It never changes what is there: where it contradicts that, it is left out, and the batch and the report say
/// why. Rows of one account are one person's, in whatever batches they come.
/// Thread-safety: every method, any thread; batches that are to keep their order are begun one after the other.
/// Lifetime: copies share one report and keep the registry.
class Import {
 public:
  static constexpr std::size_t batch = 1'000;  // rows at most

  Call add(std::vector<ImportRow> rows, Callback<ImportBatch> done, const CallOptions& = {}) const;
  Call add_keys(std::vector<ImportKey> keys, Callback<ImportBatch> done, const CallOptions& = {}) const;
  /// The next lines of a file.
  Call add_from(const std::shared_ptr<ImportFile>& file, Callback<ImportBatch> done, const CallOptions& = {}) const;
  /// The next persons of another registry with the same peppers, then the uses of ids: keys, accounts, bans, rejoin
  /// periods. Not the reservations that live. Nothing is written there. ErrorKind::invalid_pepper when one id is the
  /// name of two keys.
  Call add_from(const Registry& source, Callback<ImportBatch> done, const CallOptions& = {}) const;

  ImportReport report() const;

  struct Impl;
  explicit Import(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace bonin
