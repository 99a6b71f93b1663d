// The transactions of the PostgreSQL store: what each begins with, in one flight, and how it ends.

#include <algorithm>

#include "model/crypto.hpp"
#include "registry/postgres_rows.hpp"

namespace bonin::registry_detail {
namespace {

/// How long a group of calls waits for somebody else's lock, before each of them goes by itself.
constexpr std::chrono::milliseconds brief{250};

/// Of a transaction that reads or writes many rows.
constexpr const char* many_rows = "SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = on; ";

}  // namespace

void PostgresStore::begin_read() {
  writing_ = false;
  const auto rows =
      simple("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " + settings_ + many_rows + "SELECT " BONIN_TIME);
  time_ = std::strtoll(PQgetvalue(rows.get(), 0, 0), nullptr, 10);
}

// One statement has one snapshot. Each row says in its first column what it is.
#define BONIN_NO_PERSON "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
#define BONIN_LOOK_UP                                                                                                 \
  "SELECT 0, NULL::text, NULL::text, " BONIN_TIME                                                                     \
  ", NULL::bigint, NULL::text, NULL::bigint, NULL::bigint, NULL::text, NULL::text, NULL::text, NULL::bigint, "        \
  "NULL::boolean UNION ALL SELECT 1, id, proof, NULL, " BONIN_NO_PERSON                                               \
  " FROM bonin.pepper UNION ALL SELECT 2, encode(h.hash, 'hex'), found.* FROM unnest($1::bytea[]) AS h (hash) CROSS " \
  "JOIN LATERAL (SELECT k.pepper, NULL::bigint, " BONIN_PERSON                                                        \
  ", (SELECT true FROM bonin.person_key c WHERE c.person = p.id AND c.kind = 0 LIMIT 1) FROM bonin.person_key k "     \
  "JOIN bonin.person p ON p.id = k.person WHERE k.hash = h.hash OFFSET 0) AS found UNION ALL SELECT 3, id_hash, "     \
  "subject_hash, used_at, " BONIN_NO_PERSON " FROM bonin.used_verification WHERE id_hash = ANY ($2::text[])"

void PostgresStore::begin_look_up(const Wanted& wanted) {
  if (wanted.more) return begin_read();
  writing_ = false;
  if (!named_) {
    // What is sent up to the end of the pipeline is one transaction, whose own these settings are.
    post("SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true)",
         Arguments() << std::to_string(timeout_.count()));
  }
  const auto rows = run(BONIN_LOOK_UP, Arguments() << array_of(wanted.keys) << array_of(wanted.uses));
  Seen seen;
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    const auto value = [&](int column) { return text(rows.get(), i, column); };
    switch (number(rows.get(), i, 0)) {
      case 0:
        time_ = number(rows.get(), i, 3);
        break;
      case 1:
        seen.peppers.push_back({value(1), value(2)});
        break;
      case 2: {
        Hit hit{value(2), person_at(rows.get(), i, 4)};
        if (value(12) == "t") seen.with_ci.push_back(hit.person.id);
        seen.keys[hash_of_hex(value(1))] = std::move(hit);
        break;
      }
      default:
        seen.uses[value(1)] = use_at(rows.get(), i, 1);
    }
  }
  seen_ = std::move(seen);
}

void PostgresStore::begin_write_ahead(const std::vector<std::int64_t>& locks, const Wanted& wanted) {
  writing_ = true;
  token_ = crypto::random_hex();
  if (PQenterPipelineMode(connection_) == 0) lost();
  const auto time = std::to_string(timeout_.count());
  const auto lock_time = std::to_string((waits_briefly() ? std::min(timeout_, brief) : timeout_).count());
  const auto idle = std::to_string((timeout_ + std::chrono::seconds(5)).count());
  send_text("BEGIN ISOLATION LEVEL READ COMMITTED", {});
  // A commit must be on disk before it is acknowledged, whatever the database's own setting.
  send(
      "SELECT " BONIN_TIME
      ", set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), "
      "set_config('idle_in_transaction_session_timeout', $3, true), CASE WHEN current_setting('synchronous_commit') IN "
      "('off', 'local') THEN set_config('synchronous_commit', 'on', true) END",
      Arguments() << time << lock_time << idle);
  // Under these locks the rules may look first and write afterwards; taken in one order, they cannot deadlock. The
  // unique indexes stay the judges of last resort.
  send_text("SELECT pg_advisory_xact_lock(n) FROM (SELECT unnest($1::bigint[]) AS n ORDER BY n) AS sorted",
            Arguments() << array_of(locks));
  send("SELECT id, proof FROM bonin.pepper", {});
  const auto person_by = [this](std::string_view sql, const std::vector<std::string>& values) {
    if (!values.empty()) send(sql, Arguments() << array_of(values));
  };
  if (!wanted.keys.empty()) {
    send(BONIN_KEYS("FOR UPDATE OF p"), Arguments() << array_of(wanted.keys));
  }
  person_by("SELECT p.account, " BONIN_PERSON
            " FROM bonin.person p WHERE p.account = ANY ($1::text[]) ORDER BY p.id FOR UPDATE",
            wanted.accounts);
  person_by("SELECT p.reservation, " BONIN_PERSON
            " FROM bonin.person p WHERE p.reservation = ANY ($1::text[]) ORDER BY p.id FOR UPDATE",
            wanted.reservations);
  person_by("SELECT id_hash, subject_hash, used_at FROM bonin.used_verification WHERE id_hash = ANY ($1::text[])",
            wanted.uses);
  const auto all = answers();
  auto rows = all.begin();
  time_ = number(rows->get(), 0, 0);
  rows += 2;
  ahead_ = Ahead(wanted);
  ahead_.peppers.emplace();
  for (int i = 0; i < PQntuples(rows->get()); ++i) {
    ahead_.peppers->push_back({text(rows->get(), i, 0), text(rows->get(), i, 1)});
  }
  if (!wanted.keys.empty()) {
    ++rows;
    for (int i = 0; i < PQntuples(rows->get()); ++i) {
      ahead_.keys[hash_of_hex(text(rows->get(), i, 0))] = Hit{text(rows->get(), i, 1), person_at(rows->get(), i, 2)};
    }
  }
  const auto keep = [&rows](auto& ahead, const std::vector<std::string>& values, auto read) {
    if (values.empty()) return;
    ++rows;
    for (int i = 0; i < PQntuples(rows->get()); ++i) ahead[text(rows->get(), i, 0)] = read(rows->get(), i);
  };
  const auto person = [](const pg_result* found, int row) { return person_at(found, row, 1); };
  keep(ahead_.accounts, wanted.accounts, person);
  keep(ahead_.reservations, wanted.reservations, person);
  keep(ahead_.uses, wanted.uses, [](const pg_result* found, int row) { return use_at(found, row); });
}

void PostgresStore::commit_write() {
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection_) == 0) lost();
  // The token lets a later connection see whether this very transaction took effect. A transaction's number would not
  // do: after a crash of the server it can be given to another one.
  send_text(
      "INSERT INTO bonin.writer (lane, token, at) VALUES ($1, $2, now()) ON CONFLICT (lane) DO UPDATE SET token = "
      "excluded.token, at = excluded.at",
      Arguments() << lane_ << token_);
  send_text("COMMIT", {});
  answers();
  ahead_ = {};
}

void PostgresStore::commit() {
  if (seen_) return seen_.reset();
  committing_ = true;
  if (writing_) {
    commit_write();
    wrote_ = true;
    acknowledged_ = token_;
    acknowledged_at_ = std::chrono::steady_clock::now();
  } else {
    simple("COMMIT");
  }
  committing_ = false;
}

bool PostgresStore::took_effect() {
  const auto rows = simple("SELECT 1 FROM bonin.writer WHERE lane = '" + lane_ + "' AND token = '" + unanswered_ + "'");
  const bool there = PQntuples(rows.get()) == 1;
  if (there) acknowledged_ = unanswered_;
  return there;
}

void PostgresStore::rollback() noexcept {
  committing_ = false;
  seen_.reset();
  ahead_ = {};
  if (connection_ == nullptr) return;
  // Which of the statements that were posted took effect is not known, and which of their names are there.
  if (!preparing_.empty() || PQpipelineStatus(connection_) != PQ_PIPELINE_OFF) return close();
  try {
    if (PQtransactionStatus(connection_) != PQTRANS_IDLE) simple("ROLLBACK");
  } catch (const StoreFailure&) {
    close();
  }
}

}  // namespace bonin::registry_detail
