# Completion of `bonin` for bash, made by `bonin completion bash`. In ~/.bashrc:
#   source <(bonin completion bash)
_bonin_rows='@ROWS@'

_bonin() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  # Bash splits `--option=value` at the sign.
  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD - 2]}
  [[ $current == = ]] && current=''
  local place=. at kind name value word found i=1 takes='' files=''
  local words=() values=()
  while ((i < COMP_CWORD)); do
    word=${COMP_WORDS[i]} found=''
    while IFS=$'\t' read -r at kind name value; do
      [[ $at == "$place" && $kind == c && $name == "$word" ]] && found=1
    done <<<"$_bonin_rows"
    [[ $found ]] || break
    [[ $place == . ]] && place=$word || place="$place $word"
    i=$((i + 1))
  done
  while IFS=$'\t' read -r at kind name value; do
    [[ $at == "$place" ]] || continue
    case $kind in
      c) [[ $current == -* ]] || words+=("$name") ;;
      o) [[ $current == -* ]] && words+=("$name") ;;
      w) [[ $current == -* ]] || words+=("$name") ;;
      v) [[ $before == "$name" ]] && values+=("$value") ;;
      f) [[ $before == "$name" ]] && takes=file ;;
      a) [[ $before == "$name" && ! $takes ]] && takes=text ;;
      F) [[ $current == -* ]] || files=1 ;;
    esac
  done <<<"$_bonin_rows"
  COMPREPLY=()
  if [[ $takes == file || ($files && ! $takes && ${#values[@]} == 0) ]]; then
    type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  elif [[ ${#values[@]} -gt 0 ]]; then
    COMPREPLY=($(compgen -W "${values[*]}" -- "$current"))
  elif [[ ! $takes ]]; then
    COMPREPLY=($(compgen -W "${words[*]}" -- "$current"))
  fi
}
complete -F _bonin bonin
