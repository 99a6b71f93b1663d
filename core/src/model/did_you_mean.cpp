#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "bonin/words.hpp"

namespace bonin {
namespace {

/// Letters and digits in lower case: `apiSecret`, `api_secret` and `API-SECRET` are one word.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c | 0x20);
    } else if (c != '_' && c != '-' && c != ' ' && c != '.') {
      out += c;
    }
  }
  return out;
}

/// How many letters must be inserted, left out, changed or exchanged with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), next(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({last[j] + 1, next[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before = std::exchange(last, next);
  }
  return last[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view written, std::span<const std::string_view> words) {
  constexpr std::size_t longest = 60;
  if (written.empty() || written.size() > longest) return {};
  const std::string given = plain(written);
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const auto word : words) {
    const auto changes = distance(given, plain(word));
    if (changes < least) best = word, least = changes;
  }
  return best.empty() ? std::string() : "; did you mean `" + std::string(best) + "`?";
}

std::string unknown(std::string_view what, std::string_view written, std::span<const std::string_view> known) {
  std::string text = "unknown " + std::string(what) + " `" + std::string(written) + "`";
  if (known.empty()) return text + ": there is none";
  for (const auto& name : known) text.append(&name == known.data() ? ": one of `" : ", `").append(name).append("`");
  return text + " was expected" + did_you_mean(written, known);
}

}  // namespace bonin
