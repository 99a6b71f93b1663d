#include "policy/own_text.hpp"

#include <algorithm>
#include <array>

#include "policy/denial.hpp"

namespace bonin::policy_detail {
namespace {

/// In one language: empty when the document does not say it.
std::string read_words(const Place& text, std::string_view language) {
  if (!text.has(language)) return {};
  const Place place = text.at(language);
  std::string words = place.text(500);
  // C1, marks of direction, other line ends: they would turn a line of a page or a log around.
  constexpr std::array<std::string_view, 15> turning{"\u061c", "\u200e", "\u200f", "\u2028", "\u2029",
                                                     "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                                                     "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"};
  const auto stands = [&](std::string_view one) { return words.find(one) != std::string::npos; };
  const auto is_c1 = [&](std::size_t i) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(words[at]); };
    return byte(i) == 0xC2 && i + 1 < words.size() && byte(i + 1) >= 0x80 && byte(i + 1) < 0xA0;
  };
  bool bad = std::any_of(turning.begin(), turning.end(), stands);
  for (std::size_t i = 0; i < words.size(); ++i) bad = bad || is_c1(i);
  if (bad || words.find_first_not_of(' ') == std::string::npos) {
    place.refuse("a sentence of 1 to 500 bytes without control characters was expected");
  }
  return words;
}

/// Does the reason speak of the service and not of the person? Then a text about the person would be wrong.
bool is_of_the_service(Reason reason) noexcept {
  return reason == Reason::not_supplied || reason == Reason::no_standing;
}

const std::string* own_words(const RuleAt& rule, bool korean) noexcept {
  const OwnText* text = rule.program.text_of(rule.index);
  return text == nullptr || text->in(korean).empty() ? nullptr : &text->in(korean);
}

/// Calls each(part) for the parts of a rule.
template <class Each>
void each_part(const RuleAt& rule, const Each& each) {
  const auto& steps = rule.program.steps;
  for (std::size_t i = rule.index + 1; i < rule.step().end; i = steps[i].end)
    each(RuleAt{rule.program, i, rule.reasons});
}

/// Of an `all_of` without a text of its own: a sentence for each part that did not pass, when one of them has a text.
/// Empty otherwise.
std::string sentences_of_parts(const RuleAt& rule, bool korean) {
  if (rule.step().kind != Kind::all_of || texts_shown(rule, korean).empty()) return {};
  std::vector<std::string> sentences;
  bool own = false;
  each_part(rule, [&](const RuleAt& part) {
    if (static_cast<Reason>(part.reasons[part.index]) == Reason::pass) return;
    own = own || !texts_shown(part, korean).empty();
    sentences.push_back(sentence(part, korean));
  });
  return own ? joined(sentences, " ") : std::string();
}

}  // namespace

OwnText read_own_text(const Place& text, std::size_t step) {
  OwnText own{step, {}, {}};
  if (!text.object({"ko", "en"})) return own;
  if (text.size() == 0) text.refuse("one of the keys `ko`, `en` was expected, or both");
  own.ko = read_words(text, "ko");
  own.en = read_words(text, "en");
  return own;
}

std::vector<std::string> texts_shown(const RuleAt& rule, bool korean) {
  if (const std::string* own = own_words(rule, korean); own != nullptr) return {*own};
  std::vector<std::string> texts;
  if (rule.step().kind != Kind::all_of) return texts;
  each_part(rule, [&](const RuleAt& part) {
    for (std::string& text : texts_shown(part, korean)) texts.push_back(std::move(text));
  });
  return texts;
}

std::string sentence(const RuleAt& rule, bool korean) {
  const auto reason = static_cast<Reason>(rule.reasons[rule.index]);
  const std::string* own = own_words(rule, korean);
  if (own != nullptr && !is_of_the_service(reason)) return *own;
  std::string of_parts = sentences_of_parts(rule, korean);
  return of_parts.empty() ? denial(rule, reason, korean) : of_parts;
}

}  // namespace bonin::policy_detail
