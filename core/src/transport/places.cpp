#include "transport/places.hpp"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace bonin {
namespace {

/// Empty: it cannot be made.
std::string make_nobody() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  if (!key || !made || !out) return {};
  const auto* const name = reinterpret_cast<const unsigned char*>("bonin: nobody");
  const std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)> subject(X509_NAME_new(), &X509_NAME_free);
  const bool written =
      subject && X509_NAME_add_entry_by_txt(subject.get(), "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
      X509_set_version(made.get(), 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1) == 1 &&
      X509_set_subject_name(made.get(), subject.get()) == 1 && X509_set_issuer_name(made.get(), subject.get()) == 1 &&
      ASN1_TIME_set(X509_getm_notBefore(made.get()), 0) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(made.get()), 1) != nullptr && X509_set_pubkey(made.get(), key.get()) == 1 &&
      X509_sign(made.get(), key.get(), EVP_sha256()) > 0 && PEM_write_bio_X509(out.get(), made.get()) == 1;
  if (!written) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

/// Differs by the path. What stands before a certificate in PEM does not count, unless it looks like one.
std::string nobody_of(const std::string& path) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char c : path) text += {digits[c >> 4], digits[c & 15]};
  return text + '\n' + certificate_of_nobody();
}

const char* text_or_none(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

}  // namespace

BuiltIn built_in_places() {
  const auto* const curl = curl_version_info(CURLVERSION_NOW);
  const bool fills_in = curl->version_num >= 0x081000;
  return {fills_in && curl->cainfo != nullptr, fills_in && curl->capath != nullptr};
}

const std::string& certificate_of_nobody() {
  static const auto* const nobody = new std::string(make_nobody());  // never destroyed: libcurl does not copy it
  return *nobody;
}

Places places_of(const Trust& trust, bool divided, const BuiltIn& built_in) {
  // Nothing lies below a file.
  Places places{divided ? nullptr : text_or_none(trust.file), text_or_none(divided ? trust.file : trust.directory),
                trust.certificates.empty() ? nullptr : &trust.certificates, divided ? nobody_of(trust.file) : ""};
  // Certificates that are given as text take the place of a file.
  if (built_in.file && places.file == nullptr && places.certificates == nullptr && !divided) {
    places.certificates = &certificate_of_nobody();
  }
  if (built_in.directory && places.directory == nullptr) places.directory = "/dev/null";  // nothing lies below it
  return places;
}

}  // namespace bonin
