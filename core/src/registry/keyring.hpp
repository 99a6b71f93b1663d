#pragma once
// From a CI or a DI to what may be stored.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "registry/store.hpp"

namespace bonin::registry_detail {

/// One key of a person, hashed under every pepper in their order.
struct HashedKey {
  KeyKind kind;
  std::vector<Hash> hashes;
};

/// What a verification says about who somebody is. Holds no personal data.
struct PersonKeys {
  std::vector<HashedKey> keys;  // in the operator's order; empty: nobody can be told
  std::string provider;
  bool keyless = false;      // somebody was verified, but by nothing that counts
  bool page_chosen = false;  // by a DI alone whose salt the page chooses
};

/// Of somebody without keys: what is to be said of their place.
inline Standing::Place place_without_keys(const PersonKeys& keys) noexcept {
  return keys.keyless ? Standing::Place::no_key : Standing::Place::unknown;
}

/// The operator's peppers, read and checked. Immutable, thread-safe, good on both sides of a fork.
class Keyring {
 public:
  /// `page_chosen`: providers whose DI counts alone although the page chooses its salt.
  static Result<std::shared_ptr<const Keyring>> create(const std::vector<Pepper>& peppers, std::vector<KeyKind> kinds,
                                                       std::vector<std::string> page_chosen = {});

  std::size_t size() const noexcept { return peppers_.size(); }
  const std::string& id(std::size_t i) const noexcept { return peppers_[i].row.id; }
  /// Where the pepper of this id stands; `size()`: it was not given.
  std::size_t place(std::string_view id) const noexcept;
  const PepperRow& row(std::size_t i) const noexcept { return peppers_[i].row; }
  bool holds(std::string_view id) const noexcept { return place(id) < size(); }

  /// The HMAC of a value under the i-th pepper. `kind` tells what it is made for: no two uses share one.
  Hash hash(std::size_t i, std::string_view kind, std::string_view value) const {
    return hash(peppers_[i], kind, value);
  }

  bool counts(KeyKind kind) const noexcept { return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end(); }

  /// A CI, or a DI of a merchant id of a provider.
  HashedKey hashed(KeyKind, std::string_view value, std::string_view provider, std::string_view merchant) const;
  /// May this be the value of a key?
  static bool fits(std::string_view value) noexcept { return !value.empty() && value.size() <= max_value; }

  /// The attested keys of a verification, of the kinds that count.
  PersonKeys keys(const Verification&) const;
  /// The same as an application's own tables store them: each under every pepper.
  std::vector<PersonKey> shown(const PersonKeys&) const;

 private:
  static constexpr std::size_t max_value = 1024;
  struct Mac;
  struct FreeMac {
    void operator()(Mac*) const noexcept;
  };
  struct Entry {
    PepperRow row;
    std::unique_ptr<Mac, FreeMac> mac;
  };
  static Hash hash(const Entry&, std::string_view kind, std::string_view value);

  std::vector<Entry> peppers_;
  std::vector<KeyKind> kinds_;
  std::vector<std::string> page_chosen_;
};

/// SHA-256 of the parts, each led by its length, in lower-case hex.
std::string digest(std::initializer_list<std::string_view> parts);
std::string hex(const Hash&);
Hash hash_of_hex(std::string_view hex) noexcept;
/// The number that stands for a text among the locks of a transaction.
std::int64_t lock_of(std::string_view what, std::string_view value);
std::int64_t lock_of(const Hash&) noexcept;

}  // namespace bonin::registry_detail
