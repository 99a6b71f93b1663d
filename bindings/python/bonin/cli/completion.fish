# Completion of `bonin` for fish, made by `bonin completion fish`:
#   bonin completion fish > ~/.config/fish/completions/bonin.fish
set -g __bonin_rows '@ROWS@'

function __bonin_complete
    set -l given (commandline -opc)
    set -l current (commandline -ct)
    set -l before $given[-1]
    set -l rows (string split \n -- $__bonin_rows)
    set -l place .
    for word in $given[2..-1]
        set -l found
        for row in $rows
            set -l cells (string split \t -- $row)
            if test "$cells[1]" = "$place" -a "$cells[2]" = c -a "$cells[3]" = "$word"
                set found yes
            end
        end
        test -n "$found"; or break
        test $place = .; and set place $word; or set place "$place $word"
    end
    set -l takes
    set -l files
    set -l values
    set -l named
    for row in $rows
        set -l cells (string split \t -- $row)
        test "$cells[1]" = "$place"; or continue
        switch $cells[2]
            case c w
                string match -q -- '-*' $current; or set -a named $cells[3]\t$cells[4]
            case o
                string match -q -- '-*' $current; and set -a named $cells[3]\t$cells[4]
            case v
                test "$before" = "$cells[3]"; and set -a values $cells[4]
            case f
                test "$before" = "$cells[3]"; and set takes file
            case a
                test "$before" = "$cells[3]"; and set takes text
            case F
                string match -q -- '-*' $current; or set files yes
        end
    end
    if test "$takes" = file; or test -n "$files" -a -z "$takes" -a (count $values) -eq 0
        __fish_complete_path $current
    else if test (count $values) -gt 0
        printf '%s\n' $values
    else if test -z "$takes"
        printf '%s\n' $named
    end
end
complete -c bonin -f -a '(__bonin_complete)'
