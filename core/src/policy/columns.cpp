#include "bonin/columns.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "bonin/policy.hpp"
#include "model/invalid_argument.hpp"
#include "policy/age.hpp"
#include "policy/rules/all.hpp"

namespace bonin {
namespace policy_detail {
namespace {

constexpr std::size_t block_rows = 2048;
constexpr std::size_t progress_rows = block_rows * 8;

/// One column read by row, whether it has a value a row, one for all or none.
template <class T>
struct Reader {
  const T* values;
  std::size_t stride;
  T none;

  Reader(std::span<const T> column, T missing)
      : values(column.empty() ? nullptr : column.data()), stride(column.size() > 1 ? 1 : 0), none(missing) {}
  T operator[](std::size_t row) const noexcept { return values == nullptr ? none : values[row * stride]; }
};

struct TextReader {
  Reader<std::int32_t> codes;
  std::span<const std::string_view> names;

  explicit TextReader(const CodedColumn& column) : codes(column.codes, -1), names(column.names) {}
  std::string_view operator[](std::size_t row) const noexcept {
    const auto code = static_cast<std::size_t>(codes[row]);
    return code < names.size() ? names[code] : std::string_view();
  }
};

struct Readers {
  Reader<std::uint8_t> status, channel;
  Reader<std::int64_t> verified_at;
  Reader<std::int32_t> birth;
  Reader<std::int8_t> gender, foreigner, carrier, mvno;
  Reader<std::uint16_t> present, self_declared;
  TextReader provider, channel_key, merchant;

  explicit Readers(const Columns& c)
      : status(c.status, 0),
        channel(c.channel_type, 0),
        verified_at(c.verified_at, Columns::no_time),
        birth(c.birth_date, Columns::no_date),
        gender(c.gender, -1),
        foreigner(c.foreigner, -1),
        carrier(c.carrier, -1),
        mvno(c.mvno, -1),
        present(c.present, 0),
        self_declared(c.self_declared, 0),
        provider(c.provider),
        channel_key(c.channel_key),
        merchant(c.pg_merchant_id) {}
};

/// A row of columns as a row (rule.hpp).
struct ColumnRow {
  static constexpr bool values_without_asking = true;
  static constexpr bool has_texts = false;
  static Cutoffs cutoffs(const Step& step, std::int32_t today) noexcept { return cutoffs_in_days(step, today); }

  const Readers& c;
  std::size_t i;

  Status status() const noexcept { return c.status[i] <= 3 ? static_cast<Status>(c.status[i]) : Status::unknown; }
  std::int64_t verified_ms() const noexcept {
    const std::int64_t at = c.verified_at[i];
    return at == Columns::unreadable_time ? Columns::no_time : at;
  }
  ChannelType channel() const noexcept {
    return c.channel[i] <= 4 ? static_cast<ChannelType>(c.channel[i]) : ChannelType::unknown;
  }
  std::string_view provider() const noexcept { return c.provider[i]; }
  std::string_view channel_key() const noexcept { return c.channel_key[i]; }
  std::string_view merchant() const noexcept { return c.merchant[i]; }

  Attestation given(AttributeName name, bool there) const noexcept {
    const bool declared = (c.self_declared[i] >> static_cast<unsigned>(name) & 1) != 0;
    const auto given = declared ? Attestation::self_declared_possible : Attestation::attested;
    return there ? given : Attestation::absent;
  }
  /// A code below 0 is missing, one beyond the known values unreadable.
  Attestation coded(AttributeName name, std::int8_t value, std::int8_t last) const noexcept {
    return value > last ? Attestation::unreadable : given(name, value >= 0);
  }
  Attestation attestation(AttributeName name) const noexcept {
    switch (name) {
      case AttributeName::birth_date:
        return c.birth[i] == Columns::unreadable_date ? Attestation::unreadable
                                                      : given(name, c.birth[i] != Columns::no_date);
      case AttributeName::gender:
        return coded(name, c.gender[i], 2);
      case AttributeName::foreigner:
        return coded(name, c.foreigner[i], 1);
      case AttributeName::carrier:
        return coded(name, c.carrier[i], 2);
      case AttributeName::mvno:
        return coded(name, c.mvno[i], 1);
      default:
        return given(name, (c.present[i] >> static_cast<unsigned>(name) & 1) != 0);
    }
  }
  std::int32_t birth() const noexcept { return c.birth[i]; }
  unsigned gender() const noexcept { return static_cast<unsigned>(c.gender[i]) & 7; }
  unsigned carrier() const noexcept { return static_cast<unsigned>(c.carrier[i]) & 7; }
  bool mvno() const noexcept { return c.mvno[i] != 0; }
  bool foreigner() const noexcept { return c.foreigner[i] != 0; }
};

using Verdicts = std::array<Reason, block_rows>;

/// What a rule says of each name of a column of texts, judged once instead of in each row; of no name last.
class JudgedNames {
 public:
  template <class Judge>
  JudgedNames(const TextReader& column, const Judge& judge) : codes_(column.codes), by_code_(column.names.size() + 1) {
    std::transform(column.names.begin(), column.names.end(), by_code_.begin(), judge);
    by_code_.back() = judge(std::string_view());
  }
  Reason operator[](std::size_t row) const noexcept {
    return by_code_[std::min(static_cast<std::size_t>(codes_[row]), by_code_.size() - 1)];
  }

 private:
  Reader<std::int32_t> codes_;
  std::vector<Reason> by_code_;
};

/// The names that the rules about texts compare with: for each step, of which columns.
std::vector<std::vector<JudgedNames>> judge_names(const Program& program, const Readers& readers) {
  std::vector<std::vector<JudgedNames>> judged(program.expectations);
  for (std::size_t i = 0; i < program.expectations; ++i) {
    const Step& step = program.steps[i];
    if (step.kind == Kind::provider) {
      judged[i].emplace_back(readers.provider,
                             [&](std::string_view name) { return ProviderRule::judge_name(step, program, name); });
    } else if (step.kind == Kind::channel && step.lists >= 0) {
      const Lists& lists = program.lists_of(step);
      const auto pin = [&](const TextReader& column, const std::vector<std::string>& list, Reason other) {
        if (list.empty()) return;
        judged[i].emplace_back(column,
                               [&](std::string_view name) { return ChannelRule::judge_pin(list, name, other); });
      };
      pin(readers.channel_key, lists.keys, Reason::other_channel);
      pin(readers.provider, lists.providers, Reason::other_provider);
      pin(readers.merchant, lists.merchants, Reason::other_merchant);
    }
  }
  return judged;
}

/// In how many rows each rule gave each reason.
class ReasonTally {
 public:
  explicit ReasonTally(std::size_t rules) : counts_(rules) {}

  void add(std::size_t rule, const Verdicts& verdicts, std::size_t count) {
    if (std::memcmp(verdicts.data(), verdicts.data() + 1, count - 1) == 0) {  // most often: one value for all rows
      counts_[rule][static_cast<std::size_t>(verdicts[0])] += count;
      return;
    }
    // Four tables: a row need not wait for the count of the row before.
    std::array<std::array<std::uint32_t, reason_count>, 4> block{};
    std::size_t row = 0;
    for (; row + 4 <= count; row += 4) {
      for (std::size_t lane = 0; lane < 4; ++lane) ++block[lane][static_cast<std::size_t>(verdicts[row + lane])];
    }
    for (; row < count; ++row) ++block[0][static_cast<std::size_t>(verdicts[row])];
    for (const auto& lane : block) {
      for (std::size_t reason = 0; reason < reason_count; ++reason) counts_[rule][reason] += lane[reason];
    }
  }

  std::vector<ReasonCount> counts() const {
    std::vector<ReasonCount> all;
    for (std::size_t rule = 0; rule < counts_.size(); ++rule) {
      for (std::size_t reason = 0; reason < reason_count; ++reason) {
        const auto named = static_cast<Reason>(reason);
        if (counts_[rule][reason] != 0 && is_told(named))
          all.push_back({rule, to_string(named), counts_[rule][reason]});
      }
    }
    return all;
  }

 private:
  std::vector<std::array<std::size_t, reason_count>> counts_;
};

/// One block of rows; each rule is run over the whole block before the next.
struct Block {
  const Inputs inputs;
  const Readers& readers;
  const std::vector<std::vector<JudgedNames>> judged;
  std::size_t first = 0;
  std::size_t count = 0;

  template <class Judge>
  void each(Verdicts& out, const Judge& judge) const {
    for (std::size_t i = 0; i < count; ++i) out[i] = judge(ColumnRow{readers, first + i});
  }

  void judge(std::size_t index, Verdicts& out) const {
    const Step& step = inputs.program.steps[index];
    if (rule_of(step.kind).combined) return combine(index, step, out);
    if (!judged[index].empty()) return judge_by_names(index, step, out);
    with_rule(step.kind, Rules{}, [&]<class Rule>(Rule) {
      if constexpr (!Rule::combined) each(out, Rule::template judge<ColumnRow>(step, inputs));
    });
  }

  /// The type of a channel comes before the names; the first that does not pass is the reason.
  void judge_by_names(std::size_t index, const Step& step, Verdicts& out) const {
    each(out, [&](const ColumnRow& row) {
      Reason reason = step.kind == Kind::channel ? ChannelRule::judge_type(step, row.channel()) : Reason::pass;
      for (const JudgedNames& names : judged[index]) reason = reason == Reason::pass ? names[row.i] : reason;
      return reason;
    });
  }

  void combine(std::size_t index, const Step& step, Verdicts& out) const {
    std::size_t part = index + 1;
    judge(part, out);
    if (step.kind == Kind::negation) {
      for (std::size_t i = 0; i < count; ++i) out[i] = inverse(out[i]);
      return;
    }
    const auto& steps = inputs.program.steps;
    if (steps[part].end == step.end) {  // one part alone, whose reason is not the rule's
      for (std::size_t i = 0; i < count; ++i) out[i] = both(out[i], out[i]);
      return;
    }
    const auto next = std::make_unique<Verdicts>();
    for (part = steps[part].end; part < step.end; part = steps[part].end) {
      judge(part, *next);
      for (std::size_t i = 0; i < count; ++i) {
        out[i] = step.kind == Kind::any_of ? either(out[i], (*next)[i]) : both(out[i], (*next)[i]);
      }
    }
  }
};

}  // namespace
}  // namespace policy_detail

namespace {

Result<Done> check(const Columns& c, const ColumnDecisions& decisions) {
  const std::pair<const char*, std::size_t> columns[] = {{"status", c.status.size()},
                                                         {"verified_at", c.verified_at.size()},
                                                         {"channel_type", c.channel_type.size()},
                                                         {"birth_date", c.birth_date.size()},
                                                         {"gender", c.gender.size()},
                                                         {"foreigner", c.foreigner.size()},
                                                         {"carrier", c.carrier.size()},
                                                         {"mvno", c.mvno.size()},
                                                         {"present", c.present.size()},
                                                         {"self_declared", c.self_declared.size()},
                                                         {"provider", c.provider.codes.size()},
                                                         {"channel_key", c.channel_key.codes.size()},
                                                         {"pg_merchant_id", c.pg_merchant_id.codes.size()}};
  for (const auto& [name, size] : columns) {
    if (size > 1 && size != c.rows)
      return invalid_argument(name, "a column of " + std::to_string(c.rows) + " rows was expected");
  }
  const std::pair<const char*, std::size_t> answers[] = {{"allowed", decisions.allowed.size()},
                                                         {"failed", decisions.failed.size()},
                                                         {"unknown", decisions.unknown.size()}};
  for (const auto& [name, size] : answers) {
    if (size != 0 && size != c.rows)
      return invalid_argument(name, "room for " + std::to_string(c.rows) + " rows was expected");
  }
  return Done{};
}

}  // namespace

Result<Done> Policy::evaluate_columns(const Columns& columns, Moment now, const ColumnDecisions& decisions,
                                      const ColumnProgress& progress) const {
  using namespace policy_detail;
  if (auto checked = check(columns, decisions); !checked) return checked;
  std::fill(decisions.allowed.begin(), decisions.allowed.end(), std::uint8_t{0});
  std::fill(decisions.failed.begin(), decisions.failed.end(), std::uint64_t{0});
  std::fill(decisions.unknown.begin(), decisions.unknown.end(), ~std::uint64_t{0});

  const Program& program = *program_;
  const Readers readers(columns);
  static const Expect nothing;
  Block block{{program, now.time_since_epoch().count(), key_in_korea(now), nothing, nullptr},
              readers,
              judge_names(program, readers)};
  ReasonTally tally(rules().size());
  std::vector<std::uint64_t> failed(block_rows), unknown(block_rows);
  Verdicts verdicts;
  for (std::size_t done = 0; done < columns.rows; done += block.count) {
    block.first = done;
    block.count = std::min(block_rows, columns.rows - done);
    std::fill(failed.begin(), failed.end(), 0);
    std::fill(unknown.begin(), unknown.end(), 0);
    unsigned bit = 0;
    for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end, ++bit) {
      block.judge(i, verdicts);
      if (decisions.reasons != nullptr) tally.add(bit, verdicts, block.count);
      for (std::size_t row = 0; row < block.count; ++row) {
        const Outcome outcome = outcome_of(verdicts[row]);
        failed[row] |= static_cast<std::uint64_t>(outcome == Outcome::fail) << bit;
        unknown[row] |= static_cast<std::uint64_t>(outcome == Outcome::unknown) << bit;
      }
    }
    for (std::size_t row = 0; row < block.count; ++row) {
      if (!decisions.allowed.empty()) decisions.allowed[done + row] = (failed[row] | unknown[row]) == 0;
      if (!decisions.failed.empty()) decisions.failed[done + row] = failed[row];
      if (!decisions.unknown.empty()) decisions.unknown[done + row] = unknown[row];
    }
    const std::size_t now_done = done + block.count;
    if (progress && (now_done % progress_rows == 0 || now_done == columns.rows) && !progress(now_done, columns.rows))
      break;
  }
  if (decisions.reasons != nullptr) *decisions.reasons = tally.counts();
  return Done{};
}

}  // namespace bonin
