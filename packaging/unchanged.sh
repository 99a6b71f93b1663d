# Sourced: tells whether what a package is made of is the same as when its check last passed.

inputs() { find CMakeLists.txt core sandbox bindings packaging pyproject.toml package.json policy.schema.json README.md -type f \
  ! -name '*.so' ! -name '*.node' ! -path '*/__pycache__/*' ! -path '*/node_modules/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum; }

unchanged() {  # name
  [ "$(cat "build/.checked-$1" 2>/dev/null)" = "$(inputs)" ] && echo "unchanged since it last passed"
}

passed() { mkdir -p build; inputs >"build/.checked-$1"; }
