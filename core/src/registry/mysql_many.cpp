// Many rows of MySQL at once, for an import. Nobody is held: most are new, or stay as they are.

#include "registry/mysql_rows.hpp"

namespace bonin::registry_detail {

Found MysqlStore::find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) {
  Found found;
  in_lists(keys, [&](const std::vector<Hash>& some) {
    const auto rows = run(with_list(BONIN_MYSQL_KEYS(""), mysql_list(some, hash_text)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      found.keys[hash_at(rows, i, 0)] = Hit{rows.at(i, 1), person_at(rows, i, 2)};
    }
  });
  in_lists(accounts, [&](const std::vector<std::string>& some) {
    const auto rows = run("SELECT " BONIN_PERSON " FROM bonin_person p FORCE INDEX (account) WHERE p.account IN " +
                          mysql_list(some, text_text));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto person = person_at(rows, i, 0);
      auto account = person.account;
      found.accounts[std::move(account)] = std::move(person);
    }
  });
  return found;
}

std::vector<UseRow> MysqlStore::find_uses(const std::vector<std::string>& id_hashes) {
  std::vector<UseRow> found;
  in_lists(id_hashes, [&](const std::vector<std::string>& some) {
    const auto rows = uses_of(run(BONIN_MYSQL_USES "IN " + mysql_list(some, mysql_digest)));
    found.insert(found.end(), rows.begin(), rows.end());
  });
  return found;
}

std::vector<UseRow> MysqlStore::uses_after(std::string_view id_hash, int limit) {
  return uses_of(
      run(BONIN_MYSQL_USES "> " + mysql_digest(id_hash) + " ORDER BY id_hash LIMIT " + std::to_string(limit)));
}

}  // namespace bonin::registry_detail
