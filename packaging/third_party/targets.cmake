# The imported targets that CMakeLists.txt otherwise finds on the system, out of BONIN_THIRD_PARTY: a folder that
# packaging/third_party/CMakeLists.txt has filled.
function(bonin_third_party name file)
  add_library(${name} STATIC IMPORTED)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${BONIN_THIRD_PARTY}/lib/lib${file}.a
    INTERFACE_INCLUDE_DIRECTORIES ${BONIN_THIRD_PARTY}/include INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()
bonin_third_party(OpenSSL::Crypto crypto Threads::Threads)
bonin_third_party(OpenSSL::SSL ssl OpenSSL::Crypto)
bonin_third_party(bonin_nghttp2 nghttp2)
bonin_third_party(CURL::libcurl curl bonin_nghttp2 OpenSSL::SSL)
bonin_third_party(PostgreSQL::PostgreSQL pq OpenSSL::SSL)
bonin_third_party(SQLite::SQLite3 sqlite3 Threads::Threads)
bonin_third_party(simdjson::simdjson simdjson)
bonin_third_party(bonin_utf8proc utf8proc)
set_target_properties(CURL::libcurl PROPERTIES INTERFACE_COMPILE_DEFINITIONS CURL_STATICLIB)
set_target_properties(bonin_utf8proc PROPERTIES INTERFACE_COMPILE_DEFINITIONS UTF8PROC_STATIC)
set(PostgreSQL_FOUND TRUE)
set(UTF8PROC_LIBRARY bonin_utf8proc)

foreach(name nlohmann_json::nlohmann_json Boost::headers)
  add_library(${name} INTERFACE IMPORTED)
  set_target_properties(${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${BONIN_THIRD_PARTY}/include)
endforeach()
# Boost 1.74 speaks of std::result_of, which libc++ shows only when asked to.
set_target_properties(Boost::headers PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS _LIBCPP_ENABLE_CXX20_REMOVED_TYPE_TRAITS)
