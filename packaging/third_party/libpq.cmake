# libpq out of PostgreSQL's sources, with TLS, without GSSAPI and LDAP. pq-src carries a pg_config.h that serves every system.
set(postgres ${SOURCES}/pq-src/source/src)
file(READ ${SOURCES}/pq-src/Cargo.toml manifest)
string(REGEX MATCH "libpq-(([0-9]+)\\.([0-9]+))" found "${manifest}")
set(version ${CMAKE_MATCH_1})
set(major ${CMAKE_MATCH_2})
set(minor ${CMAKE_MATCH_3})
math(EXPR number "${major} * 10000 + ${minor}")

set(port
  bsearch_arg chklocale explicit_bzero inet_net_ntop noblock pg_bitutils pg_crc32c_sb8 pg_strong_random pgcheckdir pgmkdirp
  pgsleep pgstrcasecmp pgstrsignal pqsignal qsort quotes snprintf strerror strlcat strlcpy tar timingsafe_bcmp)
set(common
  base64 cryptohash_openssl encnames fe_memutils file_perm hmac_openssl ip jsonapi kwlookup link-canary logging md5_common
  percentrepl pg_get_line pg_lzcompress pg_prng pgfnames psprintf restricted_token rmtree saslprep scram-common sprompt string
  stringinfo unicode_norm username wait_error wchar)
set(interfaces/libpq
  fe-auth fe-auth-oauth fe-auth-scram fe-cancel fe-connect fe-exec fe-lobj fe-misc fe-print fe-protocol3 fe-secure
  fe-secure-common fe-secure-openssl fe-trace legacy-pqsignal libpq-events pqexpbuffer)
if(NOT APPLE)
  list(APPEND port getpeereid)
endif()
set(files)
foreach(folder port common interfaces/libpq)
  foreach(name ${${folder}})
    list(APPEND files ${postgres}/${folder}/${name}.c)
  endforeach()
endforeach()

set(system linux)
if(APPLE)
  set(system darwin)
endif()
configure_file(${postgres}/include/port/${system}.h pg_config_os.h COPYONLY)

include(CheckSymbolExists)
set(CMAKE_REQUIRED_DEFINITIONS -D_GNU_SOURCE)
check_symbol_exists(strchrnul string.h has_strchrnul)
check_symbol_exists(strsignal string.h has_strsignal)

add_library(pq STATIC ${files})
target_include_directories(pq PRIVATE
  ${postgres}/port ${postgres}/include ${SOURCES}/pq-src/additional_include ${CMAKE_CURRENT_BINARY_DIR} ${prefix}/include)
target_compile_definitions(pq PRIVATE
  FRONTEND USE_OPENSSL=1 PG_VERSION="${version}" PG_VERSION_NUM=${number} PG_VERSION_STR="PostgreSQL ${version}"
  PG_MAJORVERSION="${major}" PG_MAJORVERSION_NUM=${major} PG_MINORVERSION_NUM=${minor}
  $<$<BOOL:${has_strchrnul}>:HAVE_STRCHRNUL> $<$<BOOL:${has_strsignal}>:HAVE_STRSIGNAL>
  $<$<NOT:$<BOOL:${APPLE}>>:_GNU_SOURCE> $<$<BOOL:${APPLE}>:_FORTIFY_SOURCE=0>
  $<$<STREQUAL:${LIBC},musl>:STRERROR_R_INT> $<$<STREQUAL:${LIBC},musl>:HAVE_TERMIOS_H>)
target_compile_options(pq PRIVATE -w)
install(FILES ${postgres}/interfaces/libpq/libpq-fe.h ${postgres}/interfaces/libpq/libpq-events.h ${postgres}/include/postgres_ext.h
  ${SOURCES}/pq-src/additional_include/pg_config_ext.h DESTINATION include)
