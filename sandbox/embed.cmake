# cmake -DOUT=… -DFILES=a;b -P embed.cmake: writes files into a C++ source, each as an array of bytes.
# Arrays, because compilers bound the length of a string literal.
set(text "// Made by sandbox/embed.cmake.\n#include \"web_files.hpp\"\n\nnamespace bonin::sandbox::web_files {\n\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" name)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND text
    "static constexpr char ${name}_bytes[] = {\n${bytes}};\n"
    "const std::string_view ${name}{${name}_bytes, sizeof ${name}_bytes};\n\n")
endforeach()
file(WRITE "${OUT}" "${text}}  // namespace bonin::sandbox::web_files\n")
