// The transactions of the MySQL store: what each begins with, in one flight, and how it ends.

#include <algorithm>

#include "model/crypto.hpp"
#include "registry/mysql_rows.hpp"
#include "registry/mysql_schema.hpp"

namespace bonin::registry_detail {

void MysqlStore::begin_read() {
  writing_ = false;
  in_transaction_ = true;
  time_ = mysql_number(run(reading_ + BONIN_MYSQL_BEGIN_READ "; SELECT " BONIN_MYSQL_NOW), 0, 0);
}

void MysqlStore::begin_look_up(const Wanted& wanted) {
  if (wanted.more) return begin_read();
  writing_ = false;
  in_transaction_ = true;
  std::string sql = reading_ + BONIN_MYSQL_BEGIN_READ "; SELECT " BONIN_MYSQL_NOW "; " BONIN_MYSQL_PEPPERS;
  if (!wanted.keys.empty()) {
    sql +=
        "; " +
        with_list(BONIN_MYSQL_KEYS(", (SELECT 1 FROM bonin_person_key c WHERE c.person = p.id AND c.kind = 0 LIMIT 1)"),
                  mysql_list(wanted.keys, hash_text));
  }
  if (!wanted.uses.empty()) sql += "; " BONIN_MYSQL_USES "IN " + mysql_list(wanted.uses, mysql_digest);
  const auto all = flight(sql + "; COMMIT" + read_);
  in_transaction_ = false;
  time_ = mysql_number(all[0], 0, 0);
  auto rows = all.begin() + 1;
  Seen seen;
  seen.peppers = peppers_of(*rows);
  if (!wanted.keys.empty()) {
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      Hit hit{rows->at(i, 1), person_at(*rows, i, 2)};
      if (!rows->at(i, 10).empty()) seen.with_ci.push_back(hit.person.id);
      seen.keys[hash_at(*rows, i, 0)] = std::move(hit);
    }
  }
  if (!wanted.uses.empty()) {
    ++rows;
    for (const auto& use : uses_of(*rows)) seen.uses[use.id_hash] = use;
  }
  seen_ = std::move(seen);
}

void MysqlStore::begin_write_ahead(const std::vector<std::int64_t>& locks, const Wanted& wanted) {
  writing_ = in_transaction_ = true;
  token_ = crypto::random_hex();
  // Under these locks the rules may look first and write afterwards; taken in one order, they cannot deadlock. The
  // unique indexes stay the judges of last resort.
  std::vector<std::uint64_t> stripes;
  for (const auto lock : locks) stripes.push_back(static_cast<std::uint64_t>(lock) % mysql_stripes);
  std::sort(stripes.begin(), stripes.end());
  stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
  // In whole seconds.
  const std::string briefly = waits_briefly() ? "SET SESSION innodb_lock_wait_timeout = 1; " : "";
  std::string sql =
      writing_settings_ + briefly + BONIN_MYSQL_BEGIN_WRITE "; SELECT " BONIN_MYSQL_NOW ", " BONIN_MYSQL_FLUSH;
  std::size_t lists = 0;
  in_lists(stripes, [&](const std::vector<std::uint64_t>& some) {
    sql += "; SELECT id FROM bonin_stripe FORCE INDEX (PRIMARY) WHERE id IN " +
           mysql_list(some, [](std::uint64_t stripe) { return std::to_string(stripe); }) + " ORDER BY id FOR UPDATE";
    ++lists;
  });
  sql += "; " BONIN_MYSQL_PEPPERS;
  if (!wanted.keys.empty())
    sql += "; " + with_list(BONIN_MYSQL_KEYS(""), mysql_list(wanted.keys, hash_text)) + " FOR UPDATE";
  const auto persons_by = [&sql](const std::string& column, const std::vector<std::string>& values) {
    if (values.empty()) return;
    sql += "; SELECT p." + column + ", " BONIN_PERSON " FROM bonin_person p FORCE INDEX (" + column + ") WHERE p." +
           column + " IN " + mysql_list(values, text_text) + " FOR UPDATE";
  };
  persons_by("account", wanted.accounts);
  persons_by("reservation", wanted.reservations);
  if (!wanted.uses.empty()) sql += "; " BONIN_MYSQL_USES "IN " + mysql_list(wanted.uses, mysql_digest);
  const auto all = flight(sql);
  auto rows = all.begin();
  time_ = mysql_number(*rows, 0, 0);
  MysqlRows flush{3, {rows->at(0, 1), rows->at(0, 2), rows->at(0, 3)}};
  check_flush(flush);
  std::size_t locked = 0;
  for (; lists > 0; --lists) locked += (++rows)->size();
  if (locked != stripes.size()) fail(ErrorKind::store_corrupt, "the table `bonin_stripe` has lost rows");
  ahead_ = Ahead(wanted);
  ahead_.peppers = peppers_of(*++rows);
  if (!wanted.keys.empty()) {
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      ahead_.keys[hash_at(*rows, i, 0)] = Hit{rows->at(i, 1), person_at(*rows, i, 2)};
    }
  }
  const auto keep = [&rows](auto& ahead, const std::vector<std::string>& values) {
    if (values.empty()) return;
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) ahead[rows->at(i, 0)] = person_at(*rows, i, 1);
  };
  keep(ahead_.accounts, wanted.accounts);
  keep(ahead_.reservations, wanted.reservations);
  if (!wanted.uses.empty()) {
    ++rows;
    for (const auto& use : uses_of(*rows)) ahead_.uses[use.id_hash] = use;
  }
}

void MysqlStore::commit() {
  if (seen_) return seen_.reset();
  committing_ = true;
  if (writing_) {
    const auto with_commit = posted_count_ + 2;
    try {
      // The token lets a later connection see whether this very transaction took effect.
      flight("INSERT INTO bonin_writer (lane, token, at) VALUES (" + mysql_bytes(lane_) + ", " + mysql_bytes(token_) +
             ", UTC_TIMESTAMP()) ON DUPLICATE KEY UPDATE token = VALUES(token), at = VALUES(at); COMMIT" + written_);
    } catch (const StoreFailure&) {
      // What came after the COMMIT has failed.
      if (answered_ < with_commit) throw;
      close();
    }
    ahead_ = {};
    wrote_ = true;
  } else {
    flight("COMMIT" + read_);
  }
  committing_ = in_transaction_ = false;
}

bool MysqlStore::took_effect() {
  return run("SELECT 1 FROM bonin_writer WHERE lane = " + mysql_bytes(lane_) +
             " AND token = " + mysql_bytes(unanswered_))
             .size() == 1;
}

void MysqlStore::rollback() noexcept {
  committing_ = false;
  seen_.reset();
  ahead_ = {};
  posted_.clear();
  posted_count_ = 0;
  if (connection_ == nullptr || !in_transaction_) return;
  try {
    flight("ROLLBACK" + (writing_ ? written_ : read_));
    in_transaction_ = false;
  } catch (const StoreFailure&) {
    close();
  }
}

}  // namespace bonin::registry_detail
