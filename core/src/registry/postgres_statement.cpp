// The statements of the PostgreSQL store: sent one by one or in a pipeline, and answered.

#include "registry/postgres_rows.hpp"
#include "registry/postgres_schema.hpp"

namespace bonin::registry_detail {

PostgresStore::Statement& PostgresStore::statement(std::string_view sql) {
  auto& statement = statements_[sql];
  if (statement.sql.empty()) {
    statement.sql = in_schema(sql, schema_);
    // Named by its text: whoever finds a statement of this name, another version of bonin included, finds this one.
    statement.name = "bonin_" + digest({statement.sql}).substr(0, 32);
  }
  return statement;
}

void PostgresStore::send_text(std::string_view sql, const Arguments& arguments) {
  if (PQsendQueryParams(connection_, statement(sql).sql.c_str(), arguments.size(), nullptr, arguments.values(),
                        arguments.lengths(), arguments.formats(), 0) == 0) {
    lost();
  }
}

void PostgresStore::send(std::string_view sql, const Arguments& arguments) {
  if (!named_) return send_text(sql, arguments);
  auto& statement = this->statement(sql);
  if (!statement.prepared) {
    if (PQsendPrepare(connection_, statement.name.c_str(), statement.sql.c_str(), 0, nullptr) == 0) lost();
    if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF) {
      answer();
      statement.prepared = true;
    } else {
      preparing_.push_back(&statement);
    }
  }
  if (PQsendQueryPrepared(connection_, statement.name.c_str(), arguments.size(), arguments.values(),
                          arguments.lengths(), arguments.formats(), 0) == 0) {
    lost();
  }
}

PostgresStore::Rows PostgresStore::run(std::string_view sql, const Arguments& arguments) {
  if (seen_) fail(ErrorKind::internal, "the registry reads what it had not said");
  const bool posted = PQpipelineStatus(connection_) != PQ_PIPELINE_OFF;
  send(sql, arguments);
  if (!posted) return answer();
  auto all = answers();
  if (all.empty()) fail(ErrorKind::internal, "a statement without an answer was asked for one");
  return std::move(all.back());
}

void PostgresStore::post(std::string_view sql, const Arguments& arguments) {
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection_) == 0) lost();
  send(sql, arguments);
}

void PostgresStore::post_text(std::string_view sql, const Arguments& arguments) {
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection_) == 0) lost();
  send_text(sql, arguments);
}

std::vector<PostgresStore::Rows> PostgresStore::answers() {
  if (PQpipelineSync(connection_) == 0) lost();
  std::vector<Rows> all;
  Rows error;
  for (bool more = true; more;) {
    if (!wait_for_answer()) lost();
    Rows rows(PQgetResult(connection_));
    if (rows == nullptr) {  // the end of one statement
      if (PQstatus(connection_) != CONNECTION_OK) lost();
      continue;
    }
    switch (PQresultStatus(rows.get())) {
      case PGRES_TUPLES_OK:
        all.push_back(std::move(rows));
        break;
      case PGRES_COMMAND_OK:
      case PGRES_PIPELINE_ABORTED:  // what failed has said why
        break;
      case PGRES_PIPELINE_SYNC:
        more = false;
        break;
      default:
        if (PQresultErrorField(rows.get(), PG_DIAG_SQLSTATE) == nullptr) lost();
        error = std::move(rows);
    }
  }
  if (PQexitPipelineMode(connection_) == 0) lost();
  if (error != nullptr) failed(error.get());
  for (auto* statement : preparing_) statement->prepared = true;
  preparing_.clear();
  return all;
}

PostgresStore::Rows PostgresStore::answer() {
  Rows last, error;
  for (;;) {
    if (!wait_for_answer()) lost();
    Rows rows(PQgetResult(connection_));
    if (rows == nullptr) break;
    const auto status = PQresultStatus(rows.get());
    if (status == PGRES_TUPLES_OK || (status == PGRES_COMMAND_OK && last == nullptr)) {
      last = std::move(rows);
    } else if (status != PGRES_COMMAND_OK) {
      error = std::move(rows);
    }
  }
  if (error != nullptr) failed(error.get());
  if (last == nullptr) lost();
  return last;
}

PostgresStore::Rows PostgresStore::simple(std::string_view sql) {
  if (PQsendQuery(connection_, in_schema(sql, schema_).c_str()) == 0) lost();
  return answer();
}

}  // namespace bonin::registry_detail
