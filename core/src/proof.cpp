#include "bonin/proof.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "bonin/words.hpp"
#include "model/crypto.hpp"
#include "model/hex.hpp"
#include "model/invalid_argument.hpp"
#include "model/key_source.hpp"

namespace bonin {
namespace {

// bonin-proof-1.<at>.<until>.<policy name in hex>.<policy hash>.<SHA-256 of the id>.<signature>; moments in
// milliseconds since 1970.
constexpr std::string_view first = "bonin-proof-1";
constexpr std::size_t parts = 7;
constexpr std::size_t longest = 4096;
constexpr std::size_t longest_subject = 1000;

struct Words {
  std::string_view ko, en;
};

constexpr std::array<Words, words<ProofState>.size()> told{{
    {"본인인증 확인이 유효합니다.", "The identity verification still counts."},
    {"본인인증 유효 기간이 지났습니다. 다시 인증해 주세요.",
     "The identity verification is too old. Please verify again."},
    {"이용 조건이 바뀌었습니다. 다시 인증해 주세요.", "The conditions have changed. Please verify again."},
    {"이 계정의 본인인증 기록이 아닙니다. 다시 인증해 주세요.",
     "The identity verification is not of this account. Please verify again."},
    {"본인인증 기록이 없습니다. 본인인증을 해 주세요.", "There is no identity verification yet. Please verify."},
}};

std::string sign(const Secret& key, std::string_view head, std::string_view subject) {
  std::string text(head);
  text.append(1, '\0').append(subject);
  return to_hex(crypto::hmac(key.reveal(), text));
}

std::string number(Moment moment) { return std::to_string(moment.time_since_epoch().count()); }

std::optional<Moment> to_moment(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Moment(std::chrono::milliseconds(value));
}

std::string text_of_hex(std::string_view hex) {
  std::string text(hex.size() / 2, '\0');
  decode_hex(hex, {reinterpret_cast<unsigned char*>(text.data()), text.size()});
  return text;
}

Proof in_state(Proof proof, ProofState state) {
  const Words& words = told[static_cast<std::size_t>(state)];
  proof.state = state;
  proof.ko = words.ko;
  proof.en = words.en;
  return proof;
}

}  // namespace

struct Proofs::Impl {
  std::vector<Secret> keys;
  std::shared_ptr<const Clock> clock;
};

Result<Proofs> Proofs::create(Options options) {
  if (options.keys.empty())
    return make_error(ErrorKind::invalid_pepper, "proofs need a key: random, of at least 32 bytes, and kept", "keys");
  auto impl = std::make_shared<Impl>();
  for (std::size_t i = 0; i < options.keys.size(); ++i) {
    auto key = read_key(options.keys[i], options.keys.size() == 1 ? "key" : "keys/" + std::to_string(i));
    if (!key) return std::move(key.error());
    impl->keys.push_back(std::move(key.value()));
  }
  impl->clock = options.clock ? std::move(options.clock) : Clock::system();
  return Proofs(std::move(impl));
}

Result<std::string> Proofs::issue(const Decision& decision, std::string_view subject, int days) const {
  if (!decision.allowed()) return invalid_argument("decision", "the decision is a denial: only a yes can last");
  if (subject.empty() || subject.size() > longest_subject) {
    return invalid_argument("subject", "`subject` must be 1 to 1000 bytes");
  }
  if (days < 1 || days > most_days) return invalid_argument("days", "`days` must be 1 to 366");
  const std::string_view name = decision.policy_name();
  std::string proof(first);
  for (const auto& part : {number(decision.at()), number(decision.at() + std::chrono::hours(24 * days)),
                           to_hex({reinterpret_cast<const unsigned char*>(name.data()), name.size()}),
                           std::string(decision.policy_hash()), crypto::sha256_hex(decision.verification()->id)}) {
    proof.append(1, '.').append(part);
  }
  const auto signature = sign(impl_->keys.front(), proof, subject);
  return proof.append(1, '.').append(signature);
}

Proof Proofs::check(std::string_view proof, std::string_view subject, const Policy& policy) const {
  std::array<std::string_view, parts> part;
  std::string_view rest = proof.substr(0, longest);
  std::size_t count = 0;
  for (; count < parts; ++count) {
    const auto end = rest.find('.');
    part[count] = rest.substr(0, end);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (count != parts - 1 || proof.size() > longest || part[0] != first) return in_state({}, ProofState::unreadable);

  const auto head = proof.substr(0, proof.size() - part[6].size() - 1);
  bool is_ours = false;
  for (const Secret& key : impl_->keys) is_ours |= equal_in_constant_time(part[6], sign(key, head, subject));
  const auto at = to_moment(part[1]);
  const auto until = to_moment(part[2]);
  if (!is_ours || !at || !until) return in_state({}, ProofState::foreign);

  const Proof signed_here{.at = at,
                          .until = until,
                          .policy_name = text_of_hex(part[3]),
                          .policy_hash = std::string(part[4]),
                          .id_sha256 = std::string(part[5]),
                          .ko = {},
                          .en = {}};
  if (impl_->clock->now() >= *until) return in_state(signed_here, ProofState::expired);
  if (signed_here.policy_hash != policy.hash()) return in_state(signed_here, ProofState::other_policy);
  return in_state(signed_here, ProofState::valid);
}

}  // namespace bonin
