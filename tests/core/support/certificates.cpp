#include "support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace bonin::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

struct Identity {
  Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  Certificate certificate{X509_new(), &X509_free};
};

constexpr long day = 24 * 60 * 60;

void extend(X509* certificate, int what, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
  if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// `issuer`: null for one that signs itself.
Identity make(const std::string& name, const std::string& hosts, const Identity* issuer, long from, long until) {
  static long serial = 0;
  Identity made;
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), until);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer->certificate.get() : certificate));
  X509_set_pubkey(certificate, made.key.get());
  extend(certificate, NID_basic_constraints, hosts.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!hosts.empty()) extend(certificate, NID_subject_alt_name, hosts);
  X509_sign(certificate, (issuer ? *issuer : made).key.get(), EVP_sha256());
  return made;
}

void write(const std::string& path, const Identity& identity) {
  const auto open = [](const std::string& name) {
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(name.c_str(), "w"), &std::fclose);
    if (!file) throw std::runtime_error("cannot write " + name);
    return file;
  };
  PEM_write_X509(open(path + ".pem").get(), identity.certificate.get());
  PEM_write_PrivateKey(open(path + ".key").get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

void make_certificates(const std::string& directory) {
  const std::string here = "DNS:localhost,DNS:portone.test,IP:127.0.0.1";
  const Identity ca = make("bonin test authority", "", nullptr, -day, day);
  write(directory + "/ca", ca);
  write(directory + "/good", make("good", here, &ca, -day, day));
  write(directory + "/other", make("other", "DNS:other.test", &ca, -day, day));
  write(directory + "/expired", make("expired", here, &ca, -2 * day, -day));
  write(directory + "/early", make("early", here, &ca, day, 2 * day));
  write(directory + "/self", make("self", here, nullptr, -day, day));
}

}  // namespace bonin::test
