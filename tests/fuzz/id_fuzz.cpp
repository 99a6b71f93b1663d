// Any bytes as an id: refused without being repeated, or good for one segment of a path when it is percent-encoded.

#include <curl/curl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "bonin/portone.hpp"
#include "require.hpp"
#include "transport/url.hpp"

namespace {

using namespace bonin;

std::string part(CURLU* url, CURLUPart what) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, 0) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

/// What libcurl would ask for: the path as it was written, nothing behind it, the host untouched.
void require_one_segment(const std::string& base, const std::string& before, const std::string& id,
                         const std::string& after) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  const auto text = "https://api.example" + base + before + id + after;
  REQUIRE(curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK);
  REQUIRE(part(url.get(), CURLUPART_HOST) == "api.example");
  REQUIRE(part(url.get(), CURLUPART_PATH) == base + before + id + after);
  REQUIRE(part(url.get(), CURLUPART_QUERY).empty() && part(url.get(), CURLUPART_FRAGMENT).empty());
  REQUIRE(part(url.get(), CURLUPART_USER).empty() && part(url.get(), CURLUPART_PORT).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string id(reinterpret_cast<const char*>(data), size);
  for (const Api api : {Api::v1, Api::v2}) {
    const auto checked = check_id(api, id);
    REQUIRE(checked.ok() == check_id(api, id).ok());
    if (!checked) {
      const Error& error = checked.error();
      REQUIRE(error.kind == ErrorKind::invalid_id && error.parameter == (api == Api::v1 ? "imp_uid" : "id"));
      // No message is as long, so that an id cannot be found in one by being a piece of it.
      REQUIRE(id.size() < 80 || error.message.find(id) == std::string::npos);
      continue;
    }
    REQUIRE(!id.empty() && id.size() <= 4 * 200 && id != "." && id != "..");
    REQUIRE(
        std::none_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    REQUIRE(api == Api::v2 || percent_encode(id) == id);
    const auto encoded = percent_encode(id);
    REQUIRE(check_id(Api::v2, id));
    for (const std::string base : {"", "/proxy/portone"}) {
      if (api == Api::v1) {
        require_one_segment(base, "/certifications/", encoded, "");
        require_one_segment(base, "/certifications/otp/confirm/", encoded, "");
      } else {
        require_one_segment(base, "/identity-verifications/", encoded, "");
        require_one_segment(base, "/identity-verifications/", encoded, "/confirm");
      }
    }
  }
  return 0;
}
