// Many verifications at once: objects, or columns without an object a row. lib/columns.js has checked what comes here.

#include <algorithm>
#include <array>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "expect.hpp"
#include "registers.hpp"

namespace policy_many_functions {

/// Which typed array holds such numbers.
template <class T>
inline constexpr napi_typedarray_type array_type{};
template <>
inline constexpr napi_typedarray_type array_type<std::int8_t> = napi_int8_array;
template <>
inline constexpr napi_typedarray_type array_type<std::uint8_t> = napi_uint8_array;
template <>
inline constexpr napi_typedarray_type array_type<std::uint16_t> = napi_uint16_array;
template <>
inline constexpr napi_typedarray_type array_type<std::int32_t> = napi_int32_array;
template <>
inline constexpr napi_typedarray_type array_type<std::int64_t> = napi_bigint64_array;
template <>
inline constexpr napi_typedarray_type array_type<std::uint64_t> = napi_biguint64_array;

/// The numbers of a typed array, valid until JavaScript runs again. Undefined gives none. An array of another type
/// throws, because its end would be read beyond.
template <class T>
std::span<T> numbers(napi_env env, napi_value array) {
  if (!is_given(env, array)) return {};
  void* data = nullptr;
  std::size_t length = 0;
  napi_typedarray_type type{};
  if (napi_get_typedarray_info(env, array, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != array_type<std::remove_const_t<T>>) {
    raise(env, bonin::ErrorKind::invalid_argument, "a typed array of the right kind was expected", "columns");
  }
  return {static_cast<T*>(data), length};
}

/// {allowed, failed, unknown}, made by lib/columns.js.
struct Answers {
  std::span<std::uint8_t> allowed;
  std::span<std::uint64_t> failed;
  std::span<std::uint64_t> unknown;

  explicit Answers(const Napi::Object& into)
      : allowed(numbers<std::uint8_t>(into.Env(), into.Get("allowed"))),
        failed(numbers<std::uint64_t>(into.Env(), into.Get("failed"))),
        unknown(numbers<std::uint64_t>(into.Env(), into.Get("unknown"))) {}
};

/// The JavaScript function that hears about progress. What it throws stops the work and is thrown again at the end.
class Progress {
 public:
  explicit Progress(Napi::Value function) : function_(function) {}

  bool watched() const { return function_.IsFunction(); }

  /// False: stop.
  bool operator()(std::size_t done, std::size_t rows) {
    const auto env = function_.Env();
    try {
      const Napi::HandleScope scope(env);
      const auto answer = function_.As<Napi::Function>().Call(
          {Napi::Number::New(env, static_cast<double>(done)), Napi::Number::New(env, static_cast<double>(rows))});
      return !(answer.IsBoolean() && !answer.As<Napi::Boolean>().Value());
    } catch (const Napi::Error& error) {
      thrown_ = error;
      return false;
    }
  }

  void rethrow() const {
    if (thrown_) throw Napi::Error(*thrown_);
  }

 private:
  Napi::Value function_;
  std::optional<Napi::Error> thrown_;
};

/// policy, then what is expected: code and pointer of the rule behind each bit.
Napi::Value rules(const Info& info) {
  const auto env = info.Env();
  const auto expect = to_expect(info, 1);
  std::vector<bonin::RuleName> names = self<bonin::Policy>(info).rules();
  // An expectation that the policy does not name has a bit of its own. Only a decision knows its name.
  const auto decision = self<bonin::Policy>(info).evaluate(std::make_shared<const bonin::Verification>(), {}, expect);
  const auto findings = decision.findings();
  for (std::size_t i = names.size(); i < findings.size(); ++i) names.push_back({findings[i].code, findings[i].pointer});

  auto out = Napi::Array::New(env, names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto row = Napi::Object::New(env);
    row.Set("code", to_js(env, names[i].code));
    row.Set("pointer", to_js(env, names[i].pointer));
    row.Freeze();
    out.Set(static_cast<std::uint32_t>(i), row);
  }
  out.Freeze();
  return out;
}

/// policy, array of handles, now, answers, progress, then what is expected.
Napi::Value evaluate_many(const Info& info) {
  constexpr std::uint32_t step = 4096;
  const auto env = info.Env();
  const auto records = info[1].As<Napi::Array>();
  const auto now = to_moment(env, info[2], "now");
  const auto answers = info[3].As<Napi::Object>();
  Progress progress(info[4]);
  const auto expect = to_expect(info, 5);
  const std::uint32_t count = records.Length();
  for (std::uint32_t first = 0; first < count;) {
    const Napi::HandleScope scope(env);
    const Answers out(answers);  // anew: a watcher has run in between
    if (std::min({out.allowed.size(), out.failed.size(), out.unknown.size()}) < count) {
      raise(env, bonin::ErrorKind::invalid_argument, "there is no room for the answers", "records");
    }
    const std::uint32_t end = std::min(count, first + step);
    for (std::uint32_t i = first; i < end; ++i) {
      napi_value handle = nullptr;
      NAPI_THROW_IF_FAILED(env, napi_get_element(env, records, i, &handle), Napi::Value());
      const auto decision =
          self<bonin::Policy>(info).evaluate(from_handle<bonin::VerificationPtr>(env, handle), now, expect);
      out.allowed[i] = decision.allowed();
      out.failed[i] = decision.failed();
      out.unknown[i] = decision.unknown();
    }
    first = end;
    if (progress.watched() && !progress(first, count)) break;
  }
  progress.rethrow();
  return env.Undefined();
}

/// Repeated texts: {codes, names}.
class Coded {
 public:
  explicit Coded(Napi::Value value) {
    if (!is_given(value.Env(), value)) return;
    const auto object = value.As<Napi::Object>();
    const auto names = object.Get("names").As<Napi::Array>();
    for (std::uint32_t i = 0; i < names.Length(); ++i) texts_.push_back(to_text(value.Env(), names.Get(i), "names"));
    names_.assign(texts_.begin(), texts_.end());
    codes_ = numbers<std::int32_t>(value.Env(), object.Get("codes"));
  }

  bonin::CodedColumn column() const { return {codes_, names_}; }

 private:
  std::vector<std::string> texts_;
  std::vector<std::string_view> names_;
  std::span<const std::int32_t> codes_;
};

/// policy, columns, rows, now, answers, progress
Napi::Value evaluate_columns(const Info& info) {
  const auto env = info.Env();
  const auto given = info[1].As<Napi::Object>();
  const auto rows = to_integer(env, info[2], "rows");
  const auto now = to_moment(env, info[3], "now");
  Progress progress(info[5]);
  const Coded provider(given.Get("provider"));
  const Coded channel_key(given.Get("channelKey"));
  const Coded pg_merchant_id(given.Get("pgMerchantId"));
  const auto read = [&]<class T>(const char* key, std::span<const T>& into) {
    into = numbers<const T>(env, given.Get(key));
  };
  bonin::Columns columns;
  columns.rows = static_cast<std::size_t>(rows);
  read("status", columns.status);
  read("verifiedAt", columns.verified_at);
  read("channelType", columns.channel_type);
  read("birthDate", columns.birth_date);
  read("gender", columns.gender);
  read("foreigner", columns.foreigner);
  read("carrier", columns.carrier);
  read("mvno", columns.mvno);
  read("present", columns.present);
  read("selfDeclared", columns.self_declared);
  columns.provider = provider.column();
  columns.channel_key = channel_key.column();
  columns.pg_merchant_id = pg_merchant_id.column();
  const Answers out(info[4].As<Napi::Object>());
  const auto done = self<bonin::Policy>(info).evaluate_columns(
      columns, now, {out.allowed, out.failed, out.unknown},
      progress.watched() ? bonin::ColumnProgress(std::ref(progress)) : bonin::ColumnProgress());
  progress.rethrow();
  take(env, done);
  return env.Undefined();
}

/// Dates as text: days since 1970; null is missing, what is no date unreadable.
Napi::Value days(const Info& info) {
  const auto env = info.Env();
  const auto texts = info[0].As<Napi::Array>();
  const auto out = numbers<std::int32_t>(env, info[1]);
  for (std::uint32_t i = 0; i < out.size(); ++i) {
    const Napi::HandleScope scope(env);
    const Napi::Value text = texts.Get(i);
    out[i] = bonin::Columns::no_date;
    if (!is_given(env, text)) continue;
    const auto date = bonin::parse_date(to_text(env, text, "birthDate"));
    out[i] = date ? static_cast<std::int32_t>(std::chrono::sys_days(*date).time_since_epoch().count())
                  : bonin::Columns::unreadable_date;
  }
  return env.Undefined();
}

}  // namespace policy_many_functions

void register_policy_many(Napi::Env env, Napi::Object exports) {
  using namespace policy_many_functions;
  auto functions = Napi::Object::New(env);
  define<rules>(functions, "rules");
  define<evaluate_many>(functions, "evaluateMany");
  define<evaluate_columns>(functions, "evaluateColumns");
  define<days>(functions, "days");
  exports.Set("policyMany", functions);
}
