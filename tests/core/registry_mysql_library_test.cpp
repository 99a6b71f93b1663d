// What bonin declares of libmariadb's interface is what its header says. Compared where the header is installed.

#include <gtest/gtest.h>

#include "registry/mysql_library.hpp"

#if __has_include(<mariadb/mysql.h>)
#include <mariadb/mysql.h>

#include <type_traits>

namespace bonin::registry_detail {
namespace {

using L = MysqlLibrary;
static_assert(L::wait_read == MYSQL_WAIT_READ && L::wait_write == MYSQL_WAIT_WRITE &&
              L::wait_except == MYSQL_WAIT_EXCEPT);
static_assert(L::opt_local_infile == MYSQL_OPT_LOCAL_INFILE && L::opt_charset_name == MYSQL_SET_CHARSET_NAME &&
              L::opt_protocol == MYSQL_OPT_PROTOCOL && L::opt_ssl_verify == MYSQL_OPT_SSL_VERIFY_SERVER_CERT &&
              L::opt_ssl_key == MYSQL_OPT_SSL_KEY && L::opt_ssl_cert == MYSQL_OPT_SSL_CERT &&
              L::opt_ssl_ca == MYSQL_OPT_SSL_CA && L::opt_ssl_enforce == MYSQL_OPT_SSL_ENFORCE &&
              L::opt_nonblock == MYSQL_OPT_NONBLOCK);
static_assert(L::protocol_tcp == MYSQL_PROTOCOL_TCP && L::protocol_socket == MYSQL_PROTOCOL_SOCKET);
static_assert(L::multi_statements == CLIENT_MULTI_STATEMENTS);
static_assert(sizeof(enum mysql_option) == sizeof(int) && sizeof(my_bool) == sizeof(char));

#define BONIN_SAME(ours, theirs) static_assert(std::is_same_v<decltype(L::ours), decltype(&theirs)>)
BONIN_SAME(init, mysql_init);
BONIN_SAME(real_connect_start, mysql_real_connect_start);
BONIN_SAME(real_connect_cont, mysql_real_connect_cont);
BONIN_SAME(real_query_start, mysql_real_query_start);
BONIN_SAME(real_query_cont, mysql_real_query_cont);
BONIN_SAME(store_result_start, mysql_store_result_start);
BONIN_SAME(store_result_cont, mysql_store_result_cont);
BONIN_SAME(next_result_start, mysql_next_result_start);
BONIN_SAME(next_result_cont, mysql_next_result_cont);
BONIN_SAME(error, mysql_errno);
BONIN_SAME(words, mysql_error);
// Later versions take a constant.
static_assert(std::is_invocable_r_v<int, decltype(&mysql_get_socket), st_mysql*>);
BONIN_SAME(columns, mysql_num_fields);
BONIN_SAME(row, mysql_fetch_row);
BONIN_SAME(lengths, mysql_fetch_lengths);
BONIN_SAME(free_result, mysql_free_result);
BONIN_SAME(close, mysql_close);

TEST(RegistryMysqlLibrary, IsDeclaredAsItsHeaderSays) { SUCCEED() << "the compiler has compared them"; }

}  // namespace
}  // namespace bonin::registry_detail
#endif
