// Whatever a server answers: no crash, and never a Verification about another id.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lookup/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto v1 = bonin::read_v1(body, "imp_1");
  if (v1 && v1.value()->id != "imp_1") std::abort();
  const auto v2 = bonin::read_v2(body, "iv-1");
  if (v2 && v2.value()->id != "iv-1") std::abort();
  const auto confirmed = bonin::read_v2_confirmed(body, "iv-1");
  if (confirmed && confirmed.value()->id != "iv-1") std::abort();
  if (const auto page = bonin::read_v2_page(body)) {
    for (const auto& item : page.value().items) {
      if (item->id.empty() || describe(*item).empty()) std::abort();
    }
  }
  static_cast<void>(bonin::read_v1_imp_uid(body));
  static_cast<void>(bonin::read_v1_done(body));
  return 0;
}
