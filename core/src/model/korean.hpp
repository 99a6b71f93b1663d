#pragma once
// Texts in Korean and English, and the Korean particle that a word takes.

#include <string>
#include <string_view>

namespace bonin {

struct Bilingual {
  std::string_view ko, en;
  std::string_view in(bool korean) const noexcept { return korean ? ko : en; }
};

/// Does the last syllable end in a consonant? A word that ends in Latin letters or a bracket counts as ending in a
/// vowel, as CI (시아이) and DI (디아이) do.
constexpr bool ends_in_consonant(std::string_view word) noexcept {
  if (word.size() < 3) return false;
  const auto byte = [&](std::size_t from_end) {
    return static_cast<unsigned>(static_cast<unsigned char>(word[word.size() - from_end]));
  };
  const unsigned code = (byte(3) & 0x0FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(1) & 0x3FU);
  constexpr unsigned first = 0xAC00, last = 0xD7A3, finals = 28;
  return byte(3) >> 4 == 0xEU && code >= first && code <= last && (code - first) % finals != 0;
}

inline std::string with_particle(std::string_view word, std::string_view after_consonant,
                                 std::string_view after_vowel) {
  return std::string(word).append(ends_in_consonant(word) ? after_consonant : after_vowel);
}

}  // namespace bonin
