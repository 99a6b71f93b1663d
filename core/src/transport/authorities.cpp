#include "transport/authorities.hpp"

#include <curl/curl.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <map>
#include <string_view>
#include <utility>

namespace bonin {
namespace {

/// Files at a time. A program whose clients trust different ones does not read them at every call.
constexpr std::size_t max_kept = 16;

/// In one process there may be two OpenSSLs: a Node has its own. What one made must not be given to the other.
bool is_ours_what_libcurl_uses() {
  static const bool same = [] {
    const char* theirs = curl_version_info(CURLVERSION_NOW)->ssl_version;
    return theirs != nullptr && theirs == std::string("OpenSSL/") + OpenSSL_version(OPENSSL_VERSION_STRING);
  }();
  return same;
}

/// Walks over DER.
class Walk {
 public:
  explicit Walk(std::string_view bytes)
      : at_(reinterpret_cast<const unsigned char*>(bytes.data())), end_(at_ + bytes.size()) {}

  /// Goes into what stands here. False: nothing of this tag does.
  bool enter(int tag) { return step(tag, true); }
  /// Goes past it.
  bool pass(int tag) { return step(tag, false); }
  const unsigned char* at() const { return at_; }
  long left() const { return static_cast<long>(end_ - at_); }

 private:
  bool step(int tag, bool inside) {
    const unsigned char* content = at_;
    long size = 0;
    int found = 0, kind = 0;
    const int form = ASN1_get_object(&content, &size, &found, &kind, left());
    if ((form & 0x81) != 0 || found != tag) return false;  // 1: of unknown length; 0x80: it is broken
    if (inside) {
      end_ = content + size;
      at_ = content;
    } else {
      at_ = content + size;
    }
    return true;
  }

  const unsigned char* at_;
  const unsigned char* end_;
};

/// The subject of a certificate; null: it is none.
X509_NAME* subject_of(std::string_view der) {
  Walk walk(der);
  if (!walk.enter(V_ASN1_SEQUENCE) || !walk.enter(V_ASN1_SEQUENCE)) return nullptr;
  walk.pass(0);                                     // the version, which need not be there
  const bool there = walk.pass(V_ASN1_INTEGER) &&   // the serial number
                     walk.pass(V_ASN1_SEQUENCE) &&  // the algorithm
                     walk.pass(V_ASN1_SEQUENCE) &&  // the issuer
                     walk.pass(V_ASN1_SEQUENCE);    // from when until when
  if (!there) return nullptr;
  const unsigned char* at = walk.at();
  return d2i_X509_NAME(nullptr, &at, walk.left());
}

using Held = std::shared_ptr<Authorities>;

void let_go(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Held*>(held); }

/// Where a store keeps who serves it.
int place_in_store() {
  static const int place = X509_STORE_get_ex_new_index(0, nullptr, nullptr, nullptr, &let_go);
  return place;
}

Authorities& of(X509_STORE* store) { return **static_cast<Held*>(X509_STORE_get_ex_data(store, place_in_store())); }

}  // namespace

Authorities::~Authorities() {
  for (const Authority& one : all_) {
    X509_NAME_free(one.subject);
    X509_free(one.parsed);
  }
}

bool Authorities::add(std::string der) {
  X509_NAME* const subject = subject_of(der);
  if (subject == nullptr) return false;
  all_.push_back({subject, std::move(der), nullptr});
  return true;
}

bool Authorities::read(const std::string& file) {
  BIO* const in = BIO_new_file(file.c_str(), "r");
  if (in == nullptr) return false;
  bool good = true;
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  while (good && PEM_read_bio(in, &label, &header, &der, &size) == 1) {
    const std::string_view what = label;
    good = (what == PEM_STRING_X509 || what == PEM_STRING_X509_OLD) && *header == '\0' &&
           add(std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_free(der);
  }
  const auto why = ERR_peek_last_error();
  const bool at_end = good && ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
  BIO_free(in);
  return at_end && !all_.empty();
}

std::shared_ptr<Authorities> Authorities::in(const std::string& file) {
  using Clock = std::chrono::steady_clock;
  struct Kept {
    Held found;
    Clock::time_point read_at;
  };
  thread_local std::map<std::string, Kept> kept;  // of the I/O thread: a child of a fork has its own
  if (!is_ours_what_libcurl_uses()) return nullptr;
  const auto now = Clock::now();
  const auto known = kept.find(file);
  if (known != kept.end() && now < known->second.read_at + std::chrono::hours(1)) return known->second.found;
  ERR_set_mark();
  Held fresh(new Authorities);
  if (!fresh->read(file)) fresh = nullptr;
  ERR_pop_to_mark();
  if (kept.size() >= max_kept) kept.clear();
  kept[file] = {fresh, now};
  return fresh;
}

bool Authorities::bring(X509_STORE* store, const X509_NAME* subject) {
  for (Authority& one : all_) {
    if (X509_NAME_cmp(one.subject, subject) != 0) continue;
    if (one.parsed == nullptr) {
      const auto* at = reinterpret_cast<const unsigned char*>(one.der.data());
      ERR_set_mark();
      one.parsed = d2i_X509(nullptr, &at, static_cast<long>(one.der.size()));
      ERR_pop_to_mark();
    }
    if (one.parsed != nullptr && X509_STORE_add_cert(store, one.parsed) != 1) return false;  // once, however often
  }
  return true;
}

int Authorities::issuer_of(X509** issuer, X509_STORE_CTX* context, X509* certificate) {
  X509_STORE* const store = X509_STORE_CTX_get0_store(context);
  if (!of(store).bring(store, X509_get_issuer_name(certificate))) return -1;
  return X509_STORE_CTX_get1_issuer(issuer, context, certificate);
}

STACK_OF(X509) * Authorities::named(X509_STORE_CTX* context, const X509_NAME* subject) {
  X509_STORE* const store = X509_STORE_CTX_get0_store(context);
  if (!of(store).bring(store, subject)) return nullptr;
  return X509_STORE_CTX_get1_certs(context, subject);
}

bool Authorities::serve(SSL_CTX* context) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  auto held = std::make_unique<Held>(shared_from_this());
  if (X509_STORE_set_ex_data(store, place_in_store(), held.get()) != 1) return false;
  held.release();  // the store's now
  X509_STORE_set_get_issuer(store, &issuer_of);
  X509_STORE_set_lookup_certs(store, &named);
  return true;
}

}  // namespace bonin
