#include "registry/keyring.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <atomic>
#include <cstring>
#include <new>

#include "model/crypto.hpp"
#include "model/hex.hpp"
#include "model/key_source.hpp"
#include "model/provider.hpp"

namespace bonin::registry_detail {
namespace {

Error bad_pepper(std::string parameter, std::string message) {
  return make_error(ErrorKind::invalid_pepper, std::move(message), parameter);
}

bool good_id(std::string_view id) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !id.empty() && id.size() <= 64 && id.find_first_not_of(letters) == std::string_view::npos;
}

EVP_MAC_CTX* keyed_mac(std::string_view key) {
  // Both objects stay for the life of the keyring only: nothing is cached in globals that a fork would split.
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* context = mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac);
  EVP_MAC_free(mac);
  char sha256[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
                               OSSL_PARAM_construct_end()};
  if (context == nullptr ||
      EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), key.size(), params) != 1) {
    EVP_MAC_CTX_free(context);
    throw std::bad_alloc();
  }
  return context;
}

}  // namespace

/// A key set up once. Starting `working` over costs a third of a copy; whoever finds it busy takes a copy of `pristine`
/// instead of waiting, and so does a child for ever when its parent was hashing at the moment of the fork.
struct Keyring::Mac {
  EVP_MAC_CTX* pristine;
  EVP_MAC_CTX* working;
  std::atomic_flag busy = ATOMIC_FLAG_INIT;
};

void Keyring::FreeMac::operator()(Mac* mac) const noexcept {
  EVP_MAC_CTX_free(mac->pristine);
  EVP_MAC_CTX_free(mac->working);
  delete mac;
}

Hash Keyring::hash(const Entry& pepper, std::string_view kind, std::string_view value) {
  auto& mac = *pepper.mac;
  const bool shared = !mac.busy.test_and_set(std::memory_order_acquire);
  EVP_MAC_CTX* const context = shared ? mac.working : EVP_MAC_CTX_dup(mac.pristine);
  const auto add = [context](std::string_view part) {
    return EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(part.data()), part.size()) == 1;
  };
  Hash hash;
  std::size_t size = 0;
  const bool done = context != nullptr && EVP_MAC_init(context, nullptr, 0, nullptr) == 1 && add(kind) &&
                    add(std::string_view("\0", 1)) && add(value) &&
                    EVP_MAC_final(context, hash.data(), &size, hash.size()) == 1 && size == hash.size();
  if (shared) {
    mac.busy.clear(std::memory_order_release);
  } else {
    EVP_MAC_CTX_free(context);
  }
  if (!done) throw std::bad_alloc();
  return hash;
}

Result<std::shared_ptr<const Keyring>> Keyring::create(const std::vector<Pepper>& peppers, std::vector<KeyKind> kinds,
                                                       std::vector<std::string> page_chosen) {
  if (peppers.empty()) return bad_pepper("peppers", "a registry needs a pepper");
  auto ring = std::make_shared<Keyring>();
  ring->kinds_ = std::move(kinds);
  ring->page_chosen_ = std::move(page_chosen);
  for (std::size_t i = 0; i < peppers.size(); ++i) {
    const std::string parameter = peppers.size() == 1 ? "pepper" : "peppers/" + std::to_string(i);
    auto key = read_key(peppers[i].key, parameter);
    if (!key) return key.error();
    const auto bytes = key->reveal();
    Entry entry;
    entry.mac.reset(new Mac{keyed_mac(bytes), keyed_mac(bytes)});
    const auto proof = hash(entry, "proof", "bonin");
    // OpenSSL before 3.0.3 does not start an HMAC over (its bug 17811): there every hash takes a copy of the fresh one.
    if (hash(entry, "proof", "bonin") != proof) static_cast<void>(entry.mac->busy.test_and_set());
    if (hash(entry, "proof", "bonin") != proof) {
      return make_error(ErrorKind::internal, "this OpenSSL computes another HMAC each time: use 3.0.3 or later");
    }
    entry.row.proof = hex(proof).substr(0, 16);
    entry.row.id = peppers[i].id;
    if (entry.row.id.empty()) entry.row.id.append("k").append(hex(hash(entry, "id", "bonin")), 0, 8);
    if (!good_id(entry.row.id)) {
      return bad_pepper(parameter + "/id", "expected 1 to 64 letters, digits, `-`, `_` or `.`");
    }
    if (ring->holds(entry.row.id)) return bad_pepper(parameter + "/id", "`" + entry.row.id + "` is given twice");
    ring->peppers_.push_back(std::move(entry));
  }
  return std::shared_ptr<const Keyring>(std::move(ring));
}

std::size_t Keyring::place(std::string_view id) const noexcept {
  const auto found =
      std::find_if(peppers_.begin(), peppers_.end(), [id](const Entry& entry) { return entry.row.id == id; });
  return static_cast<std::size_t>(found - peppers_.begin());
}

HashedKey Keyring::hashed(KeyKind kind, std::string_view value, std::string_view provider,
                          std::string_view merchant) const {
  HashedKey key{kind, {}};
  std::string scoped;
  if (kind == KeyKind::di) {
    // A DI means somebody at one merchant id of one provider only.
    scoped.append(provider).append(1, '\0').append(merchant).append(1, '\0').append(value);
    value = scoped;
  }
  for (const auto& pepper : peppers_) key.hashes.push_back(hash(pepper, to_string(kind), value));
  crypto::wipe(scoped.data(), scoped.size());
  return key;
}

PersonKeys Keyring::keys(const Verification& verification) const {
  PersonKeys found;
  found.provider = verification.provider;
  for (const auto kind : kinds_) {
    const auto& attribute = kind == KeyKind::ci ? verification.person.ci : verification.person.di;
    const std::string* value = attribute.attested() ? attribute.reveal() : nullptr;
    if (value == nullptr || !fits(*value)) continue;
    found.keys.push_back(hashed(kind, *value, verification.provider, verification.channel.pg_merchant_id));
  }
  const bool has_ci =
      std::any_of(found.keys.begin(), found.keys.end(), [](const HashedKey& key) { return key.kind == KeyKind::ci; });
  const bool accepted = std::find(page_chosen_.begin(), page_chosen_.end(), found.provider) != page_chosen_.end();
  found.page_chosen = !found.keys.empty() && !has_ci && !accepted && page_chooses_di(found.provider);
  return found;
}

std::vector<PersonKey> Keyring::shown(const PersonKeys& keys) const {
  std::vector<PersonKey> list;
  for (const auto& key : keys.keys) {
    for (std::size_t i = 0; i < key.hashes.size(); ++i) {
      list.push_back({key.kind, id(i), hex(key.hashes[i]), keys.provider});
    }
  }
  return list;
}

std::string digest(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  return crypto::sha256_hex(text);
}

std::string hex(const Hash& hash) { return to_hex(hash); }

Hash hash_of_hex(std::string_view hex) noexcept {
  Hash hash{};
  decode_hex(hex, hash);
  return hash;
}

std::int64_t lock_of(const Hash& hash) noexcept {
  std::int64_t number;
  std::memcpy(&number, hash.data(), sizeof number);
  return number;
}

std::int64_t lock_of(std::string_view what, std::string_view value) {
  // FNV-1a: machines must agree on the number, and a clash costs a moment's waiting only.
  std::uint64_t number = 14695981039346656037u;
  for (const auto part : {what, std::string_view("\0", 1), value}) {
    for (const unsigned char byte : part) number = (number ^ byte) * 1099511628211u;
  }
  return static_cast<std::int64_t>(number);
}

}  // namespace bonin::registry_detail
