// Whom a client trusts, on machines that keep certificates in different places, or nowhere.

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bonin/bonin.hpp"
#include "support/ending.hpp"
#include "support/machine.hpp"
#include "support/nginx.hpp"
#include "support/tiny_server.hpp"
#include "transport/authorities.hpp"
#include "transport/places.hpp"

namespace bonin::test {
namespace {

namespace fs = std::filesystem;

std::string not_trusted(const std::string& url) {
  return "the certificate of `" + url.substr(url.find("//") + 2) + "` is not trusted or is for another host";
}
constexpr const char* no_certificates =
    "this machine has no certificates of authorities: install the package `ca-certificates` (on SUSE "
    "`ca-certificates-mozilla`), or pass `ca_file`";

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

/// Below it lies what a machine keeps in /etc: nothing at first. The environment says nothing either.
class Trusts : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bonin-trust-XXXXXX").string();
    root = mkdtemp(pattern.data());
    set_certificate_root(root.string());
    for (std::size_t i = 0; i < 2; ++i) {
      if (const char* value = std::getenv(variables[i])) before[i] = value;
      unsetenv(variables[i]);
    }
  }
  void TearDown() override {
    for (std::size_t i = 0; i < 2; ++i) set(variables[i], before[i]);
    set_certificate_root("");
    fs::remove_all(root);
  }

  static void set(const char* variable, const std::string& value) {
    if (value.empty()) {
      unsetenv(variable);
    } else {
      setenv(variable, value.c_str(), 1);
    }
  }

  void serve() {
    nginx = std::make_unique<Nginx>(std::vector<Site>{{.directives = R"(location / { return 200 '{"id":"iv-1"}'; })"}});
    authority = text_of(nginx->ca_file());
  }
  fs::path at(const std::string& place) const { return root / place.substr(1); }
  /// Puts the authority into a directory as `openssl rehash` does.
  void put_hashed(const fs::path& directory) const {
    FILE* const file = std::fopen(nginx->ca_file().c_str(), "r");
    X509* const certificate = PEM_read_X509(file, nullptr, nullptr, nullptr);
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(certificate));
    X509_free(certificate);
    std::fclose(file);
    write(directory / name, authority);
  }
  /// The machine as it was at first.
  void forget() const {
    fs::remove_all(root);
    fs::create_directories(root);
  }

  std::shared_ptr<PortOneV2> client(ConnectionOptions connection = {}) const {
    if (connection.base_url.empty()) connection.base_url = nginx->url();
    PortOneV2::Options options;
    options.api_secret = Secret("canary-secret");
    options.connection = std::move(connection);
    return PortOneV2::create(std::move(options)).value();
  }
  static Result<VerificationPtr> lookup(const std::shared_ptr<PortOneV2>& client) {
    const Ending<VerificationPtr> ending;
    client->lookup("iv-1", {}, ending.callback());
    return std::move(ending.wait());
  }
  /// How a call of a fresh client ends; empty: well.
  std::string trouble(ConnectionOptions connection = {}) const {
    const auto answer = lookup(client(std::move(connection)));
    if (answer) return {};
    EXPECT_EQ(answer.error().kind, ErrorKind::tls_failed) << answer.error().what();
    return answer.error().message;
  }
  /// Of a server that nobody must ask for.
  std::string trouble_before_anything_is_asked() const {
    resolve("unasked.test", "127.0.0.1");
    ConnectionOptions connection;
    connection.base_url = "https://unasked.test";
    auto message = trouble(connection);
    EXPECT_EQ(lookups_of("unasked.test"), 0);
    return message;
  }

  static constexpr const char* variables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR"};
  std::string before[2];
  fs::path root;
  std::unique_ptr<Nginx> nginx;
  std::string authority;
};

TEST_F(Trusts, TheFileOfEachSystem) {
  BONIN_NEEDS_NGINX();
  serve();
  const std::pair<const char*, const char*> systems[] = {
      {"Debian", "/etc/ssl/certs/ca-certificates.crt"},
      {"RHEL", "/etc/pki/tls/certs/ca-bundle.crt"},
      {"SUSE", "/etc/ssl/ca-bundle.pem"},
      {"Fedora", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"},
      {"Alpine", "/etc/ssl/cert.pem"}};
  for (const auto& [system, place] : systems) {
    SCOPED_TRACE(system);
    write(at(place), authority);
    EXPECT_EQ(trouble(), "");
    write(at(place), "");
    EXPECT_EQ(trouble(), no_certificates) << "half an installation is none";
    forget();
  }
}

TEST_F(Trusts, ADirectoryWhereThereIsNoFile) {
  BONIN_NEEDS_NGINX();
  serve();
  for (const char* place : {"/etc/ssl/certs", "/etc/pki/tls/certs"}) {
    SCOPED_TRACE(place);
    write(at(place) / "authority.pem", authority);  // OpenSSL does not look at it
    fs::create_symlink("nowhere", at(place) / "01234567.0");
    EXPECT_EQ(trouble(), no_certificates);
    put_hashed(at(place));
    EXPECT_EQ(trouble(), "");
    forget();
  }
}

TEST_F(Trusts, TheEnvironmentBeforeTheMachine) {
  BONIN_NEEDS_NGINX();
  serve();
  const auto& [file, directory] = variables;
  write(at("/etc/ssl/cert.pem"), authority);
  set(file, nginx->certificate("self.pem"));
  EXPECT_EQ(trouble(), not_trusted(nginx->url())) << "the machine's are not trusted besides";
  put_hashed(root / "hashed");
  set(directory, (root / "nowhere").string() + ":" + (root / "hashed").string());
  EXPECT_EQ(trouble(), "") << "both count";
  set(file, "");
  EXPECT_EQ(trouble(), "");

  forget();
  set(directory, root.string());
  set(file, nginx->ca_file());
  EXPECT_EQ(trouble(), "") << "a directory that adds nothing does no harm";
  set(directory, "");
  const auto made = client();
  set(file, "/nowhere");
  EXPECT_TRUE(lookup(made)) << "a client has read it";
  ConnectionOptions connection;
  connection.ca_file = nginx->ca_file();
  EXPECT_EQ(trouble(connection), "") << "ca_file wins";
}

TEST_F(Trusts, AVariableThatNamesNothingIsNamed) {
  const auto& [file, directory] = variables;
  const auto beginning = [](const std::string& variable, const std::string& value) {
    return "`" + variable + "` is `" + value + "`, ";
  };
  const std::string place = (root / "authorities.pem").string();
  for (const auto& [text, words] : {std::pair{"", "which holds no certificate in PEM"},
                                    {"-----BEGIN PRIVATE KEY-----\n", "which holds no certificate in PEM"}}) {
    write(place, text);
    set(file, place);
    EXPECT_EQ(trouble_before_anything_is_asked(), beginning(file, place) + words + ": correct it or unset it");
  }
  fs::remove(place);
  EXPECT_EQ(trouble_before_anything_is_asked(),
            beginning(file, place) + "which cannot be read (No such file or directory): correct it or unset it");
  ASSERT_EQ(mkfifo(place.c_str(), 0600), 0);  // whoever opens one waits
  EXPECT_EQ(trouble_before_anything_is_asked(), beginning(file, place) + "which is no file: correct it or unset it");
  set(file, root.string());
  EXPECT_EQ(trouble_before_anything_is_asked(),
            beginning(file, root.string()) + "which is no file: correct it or unset it");
  set(file, "");
  for (const auto& value : {root.string(), "/nowhere:" + root.string(), std::string(":")}) {
    set(directory, value);
    EXPECT_EQ(trouble_before_anything_is_asked(),
              beginning(directory, value) +
                  "where no certificate is found as `openssl rehash` names it: correct it or unset it");
  }
}

TEST_F(Trusts, AFileThatCannotBeReadIsNamed) {
  BONIN_NEEDS_NGINX();
  serve();
  const std::string broken = "-----BEGIN CERTIFICATE-----\nno certificate\n-----END CERTIFICATE-----\n";
  write(at("/etc/ssl/cert.pem"), broken);
  EXPECT_EQ(trouble(), "the certificates in `" + at("/etc/ssl/cert.pem").string() + "` cannot be read");
  set("SSL_CERT_FILE", at("/etc/ssl/cert.pem").string());
  EXPECT_EQ(trouble(), "the certificates in the file that `SSL_CERT_FILE` names cannot be read");
  ConnectionOptions connection;
  connection.ca_file = "/nowhere";
  const Error error = lookup(client(connection)).error();
  EXPECT_EQ(error.message, "the certificates in the file that `ca_file` names cannot be read");
  EXPECT_EQ(error.parameter, "ca_file");
  EXPECT_TRUE(error.of_this_machine);
  set("SSL_CERT_FILE", "");
  forget();
  connection.ca_file.clear();
  connection.brought_certificates = [&] { return broken; };
  EXPECT_EQ(trouble(connection), "the certificates that the language brings cannot be read");
}

TEST_F(Trusts, AFileOfManyIsSearchedByName) {
  BONIN_NEEDS_NGINX();
  serve();
  const auto self = text_of(nginx->certificate("self.pem"));
  const auto namesake = text_of(Nginx(std::vector<Site>(1)).ca_file());  // of the same name, with another key
  int number = 0;
  for (const auto& [text, is_trusted] : std::vector<std::pair<std::string, bool>>{
           {self + authority, true},
           {"# Authorities\n" + authority + "\nand one more\n" + self, true},
           {text_of(nginx->certificate("good.pem")), true},  // what it shows itself
           {namesake + authority, false},                    // OpenSSL takes the first of the name
           {self + namesake, false},
           {self, false}}) {
    // Each a file of its own: a connection is kept for the clients of the same path. The second is left to libcurl.
    ConnectionOptions divided, whole;
    divided.ca_file = at("/" + std::to_string(++number) + ".pem").string();
    whole.ca_file = at("/whole:" + std::to_string(number) + ".pem").string();
    write(divided.ca_file, text);
    write(whole.ca_file, text);
    EXPECT_NE(Authorities::in(divided.ca_file), nullptr) << text;
    const auto end = trouble(divided);
    EXPECT_EQ(end, trouble(whole)) << text;
    EXPECT_EQ(end.empty(), is_trusted) << text;
  }
}

TEST_F(Trusts, WhatIsNoListOfCertificatesIsLeftToLibcurl) {
  BONIN_NEEDS_NGINX();
  serve();
  const auto key = text_of(nginx->certificate("self.key"));
  const std::string broken = "-----BEGIN CERTIFICATE-----\nTk8=\n-----END CERTIFICATE-----\n";
  const std::string unreadable = "the certificates in the file that `ca_file` names cannot be read";
  int number = 0;
  for (const auto& [text, end] :
       std::vector<std::pair<std::string, std::string>>{{authority + key, ""},
                                                        {authority + broken, unreadable},
                                                        {authority.substr(0, authority.size() - 40), unreadable}}) {
    ConnectionOptions connection;
    connection.ca_file = at("/" + std::to_string(++number) + ".pem").string();
    write(connection.ca_file, text);
    EXPECT_EQ(Authorities::in(connection.ca_file), nullptr) << text;
    EXPECT_EQ(trouble(connection), end) << text;
  }
  // With a colon it would be two directories.
  ConnectionOptions connection;
  connection.ca_file = at("/a:b.pem").string();
  write(connection.ca_file, authority);
  EXPECT_EQ(trouble(connection), "");
}

TEST_F(Trusts, AMachineWithoutAnySaysSoAndAsksNobody) {
  EXPECT_EQ(trouble_before_anything_is_asked(), no_certificates);
  ConnectionOptions connection;
  connection.base_url = "https://unasked.test";
  const auto v2 = client(connection);
  PortOneV1::Options options;
  options.imp_key = options.imp_secret = Secret("canary-secret");
  options.connection = connection;
  const auto v1 = PortOneV1::create(std::move(options)).value();
  for (int i = 0; i < 12; ++i) {
    const Ending<Done> post;
    v2->resend("iv-1", {}, post.callback());
    const Ending<VerificationPtr> with_token;
    v1->lookup("imp_1", {}, with_token.callback());
    for (const Error& error : {post.wait().error(), with_token.wait().error()}) {
      EXPECT_EQ(error.kind, ErrorKind::tls_failed);
      EXPECT_EQ(error.message, no_certificates);
      EXPECT_EQ(error.parameter, "ca_file");
      EXPECT_TRUE(error.of_this_machine);
    }
  }
  EXPECT_EQ(lookups_of("unasked.test"), 0);
  EXPECT_EQ(v2->circuit(), Circuit::closed);
  EXPECT_EQ(v1->circuit(), Circuit::closed);

  TinyServer plain([](const Asked&) { return answer(200, R"({"id":"iv-1"})"); });
  connection.base_url = plain.url();
  EXPECT_EQ(trouble(connection), "") << "http needs none";
}

TEST_F(Trusts, WhatTheLanguageBringsWhereThereIsNothingElse) {
  BONIN_NEEDS_NGINX();
  serve();
  int asked = 0;
  ConnectionOptions connection;
  connection.brought_certificates = [&] {
    ++asked;
    return authority;
  };
  const auto one = client(connection);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(lookup(one));
  EXPECT_TRUE(lookup(one));
  EXPECT_EQ(asked, 1) << "when a client is made, not at its calls";

  asked = 0;
  write(at("/etc/ssl/cert.pem"), text_of(nginx->certificate("self.pem")));
  EXPECT_EQ(trouble(connection), not_trusted(nginx->url()));
  set("SSL_CERT_FILE", nginx->certificate("self.pem"));
  EXPECT_EQ(trouble(connection), not_trusted(nginx->url()));
  set("SSL_CERT_FILE", "/nowhere");
  EXPECT_NE(trouble(connection), "");
  set("SSL_CERT_FILE", "");
  connection.ca_file = nginx->ca_file();
  EXPECT_EQ(trouble(connection), "");
  forget();
  connection.ca_file.clear();
  connection.base_url = "http://127.0.0.1:" + std::to_string(free_port());
  client(connection);
  EXPECT_EQ(asked, 0) << "there was something else, or no need";

  connection.base_url.clear();
  connection.brought_certificates = [] { return std::string(); };
  EXPECT_EQ(trouble(connection), no_certificates);
}

TEST_F(Trusts, NoPlaceIsLeftToALibcurlThatHasItsOwn) {
  const auto trusting = [](std::string file, std::string directory, std::string certificates) {
    Trust trust;
    trust.file = std::move(file);
    trust.directory = std::move(directory);
    trust.certificates = std::move(certificates);
    return trust;
  };
  struct Case {
    Trust trust;
    const char* file;
    const char* directory;
    std::string certificates;
  };
  const std::string& nobody = certificate_of_nobody();
  for (const auto& [trust, file, directory, certificates] :
       {Case{trusting("/f", "", ""), "/f", "/dev/null", ""}, Case{trusting("/f", "/d", ""), "/f", "/d", ""},
        Case{trusting("", "/d", ""), nullptr, "/d", nobody},
        Case{trusting("", "", "text"), nullptr, "/dev/null", "text"}, Case{Trust(), nullptr, "/dev/null", nobody}}) {
    const Places full = places_of(trust, false, {true, true});
    EXPECT_STREQ(full.file, file);
    EXPECT_STREQ(full.directory, directory);
    EXPECT_EQ(full.certificates == nullptr ? "" : *full.certificates, certificates);
    EXPECT_EQ(full.made, "");

    const Places bare = places_of(trust, false, {false, false});
    EXPECT_STREQ(bare.file, file);
    EXPECT_EQ(bare.directory != nullptr, !trust.directory.empty());
    EXPECT_EQ(bare.certificates != nullptr, !trust.certificates.empty());
  }
  for (const BuiltIn& built_in : {BuiltIn{true, true}, BuiltIn{false, false}}) {
    const Places one = places_of(trusting("/f", "", ""), true, built_in);
    EXPECT_EQ(one.file, nullptr);
    EXPECT_STREQ(one.directory, "/f");
    EXPECT_EQ(one.certificates, nullptr);
    EXPECT_NE(one.made.find(nobody), std::string::npos);
    EXPECT_NE(one.made, places_of(trusting("/g", "", ""), true, built_in).made) << "libcurl compares it";
  }

  BIO* const in = BIO_new_mem_buf(nobody.data(), static_cast<int>(nobody.size()));
  X509* const certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  ASSERT_NE(certificate, nullptr) << nobody;
  EXPECT_LT(X509_cmp_current_time(X509_get0_notAfter(certificate)), 0) << "it never counts";
  X509_free(certificate);
  BIO_free(in);
}

TEST_F(Trusts, AConnectionServesNobodyWhoTrustsAnother) {
  BONIN_NEEDS_NGINX();
  serve();
  ConnectionOptions good, other;
  good.ca_file = nginx->ca_file();
  other.ca_file = nginx->certificate("self.pem");
  const auto kept = Authorities::in(good.ca_file);
  ASSERT_NE(kept, nullptr);
  EXPECT_NE(Authorities::in(other.ca_file), nullptr);
  EXPECT_EQ(Authorities::in(good.ca_file), kept) << "neither is read at every call";
  for (int i = 0; i < 3; ++i) {  // its connection is kept
    EXPECT_EQ(trouble(good), "");
    EXPECT_EQ(trouble(other), not_trusted(nginx->url()));
  }
}

TEST_F(Trusts, AProxyNoMoreThanPortOne) {
  BONIN_NEEDS_NGINX();
  serve();
  ConnectionOptions connection;
  connection.base_url = "https://unasked.test";
  connection.proxy = nginx->url();
  connection.max_attempts = 1;
  const auto bring = [&](const std::string& certificates) { return [certificates] { return certificates; }; };
  connection.brought_certificates = bring(text_of(nginx->certificate("self.pem")));
  EXPECT_EQ(trouble(connection), not_trusted(connection.base_url));
  for (const char* place : {"", "/etc/ssl/cert.pem"}) {
    if (*place != '\0') write(at(place), authority);
    connection.brought_certificates = bring(authority);
    const auto refused = lookup(client(connection));
    ASSERT_FALSE(refused) << "nginx is no proxy";
    EXPECT_EQ(refused.error().kind, ErrorKind::connection_failed) << "but it was believed to be itself";
  }
}

}  // namespace
}  // namespace bonin::test
