#compdef bonin
# Completion of `bonin` for zsh, made by `bonin completion zsh`. In ~/.zshrc, after compinit:
#   source <(bonin completion zsh)
_bonin_rows='@ROWS@'

_bonin() {
  local place=. row word found takes='' files=''
  local -a cells given named values
  local -i i=2
  while ((i < CURRENT)); do
    word=$words[i] found=''
    for row in "${(@f)_bonin_rows}"; do
      cells=("${(@ps:\t:)row}")
      [[ $cells[1] == "$place" && $cells[2] == c && $cells[3] == "$word" ]] && found=1
    done
    [[ -n $found ]] || break
    [[ $place == . ]] && place=$word || place="$place $word"
    ((i++))
  done
  for row in "${(@f)_bonin_rows}"; do
    cells=("${(@ps:\t:)row}")
    [[ $cells[1] == "$place" ]] || continue
    given="$cells[3]:$cells[4]"
    case $cells[2] in
      c | w) [[ $words[CURRENT] == -* ]] || named+=("$given") ;;
      o) [[ $words[CURRENT] == -* ]] && named+=("$given") ;;
      v) [[ $words[CURRENT-1] == "$cells[3]" ]] && values+=("$cells[4]") ;;
      f) [[ $words[CURRENT-1] == "$cells[3]" ]] && takes=file ;;
      a) [[ $words[CURRENT-1] == "$cells[3]" && -z $takes ]] && takes=text ;;
      F) [[ $words[CURRENT] == -* ]] || files=1 ;;
    esac
  done
  if [[ $takes == file || (-n $files && -z $takes && $#values == 0) ]]; then
    _files
  elif ((${#values})); then
    compadd -- $values
  elif [[ -z $takes ]]; then
    _describe -t commands bonin named
  fi
}

if [[ $funcstack[1] == _bonin ]]; then
  _bonin "$@"
elif (($+functions[compdef])); then
  compdef _bonin bonin
fi
