#pragma once
// What the stores on a server share: whatever is known beforehand is read in one flight with the begin of a
// transaction.

#include <map>

#include "registry/store.hpp"

namespace bonin::registry_detail {

/// Answers the rules' reads from what came with the begin, and asks the server for what had not been said.
class DistantStore : public Store {
 public:
  bool may_hang() const noexcept final { return true; }
  void begin_write(const std::vector<std::int64_t>& locks) final { begin_write_ahead(locks, {}); }
  std::optional<Millis> time() const final { return time_; }

  std::vector<PepperRow> peppers() final;
  bool uses_pepper(std::string_view id) final;
  std::optional<Hit> key(const Hash&) final;
  bool has_key(std::int64_t person, KeyKind) final;
  std::optional<PersonRow> person_of_account(std::string_view account) final;
  std::optional<PersonRow> person_of_reservation(std::string_view reservation) final;
  std::optional<UseRow> use(std::string_view id_hash) final;

 protected:
  virtual std::vector<PepperRow> ask_peppers() = 0;
  virtual bool ask_uses_pepper(std::string_view id) = 0;
  virtual std::optional<Hit> ask_key(const Hash&) = 0;
  virtual std::optional<PersonRow> ask_person_of_account(std::string_view account) = 0;
  virtual std::optional<PersonRow> ask_person_of_reservation(std::string_view reservation) = 0;
  virtual std::optional<UseRow> ask_use(std::string_view id_hash) = 0;

  /// What was read ahead of a person is not so any more.
  void forget(std::int64_t person);
  /// The same of an account and a reservation that a person is about to get.
  void forget(const PersonRow&);

  /// What a look-up has read, whose transaction is over.
  struct Seen {
    std::vector<PepperRow> peppers;
    std::map<Hash, Hit> keys;
    std::vector<std::int64_t> with_ci;  // persons who have a key of this kind
    std::map<std::string, UseRow, std::less<>> uses;
  };
  /// What was read with the locks of a transaction that writes, until it is written to.
  struct Ahead {
    Ahead() = default;
    /// All of it was asked for, and nothing is there.
    explicit Ahead(const Wanted&);

    std::optional<std::vector<PepperRow>> peppers;
    std::map<Hash, std::optional<Hit>> keys;
    std::map<std::string, std::optional<UseRow>, std::less<>> uses;
    std::map<std::string, std::optional<PersonRow>, std::less<>> accounts, reservations;
  };
  std::optional<Seen> seen_;
  Ahead ahead_;
  std::optional<Millis> time_;  // the server's, as the transaction began
};

}  // namespace bonin::registry_detail
