# Completion of mc-ticket and mc-pickup for fish. What there is to offer is asked of `mc-ticket complete`; nothing of it
# is evaluated here.

function __mc_ticket_complete
    set -l words (commandline -opc) (commandline -ct)
    set words[1] $argv[1]
    for line in (command mc-ticket complete -- $words 2>/dev/null)
        if test "$line" = \tFILE
            set -l current (commandline -ct)
            if string match -q -- '--*=*' $current
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' $current)
            else
                __fish_complete_path $current
            end
        else
            printf '%s\n' $line
        end
    end
end

for program in mc-ticket mc-pickup
    complete -c $program -e
    complete -c $program -f -a "(__mc_ticket_complete $program)"
end
