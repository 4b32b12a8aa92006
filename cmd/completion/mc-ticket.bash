# Completion of mc-ticket and mc-pickup for bash. What there is to offer is asked of `mc-ticket complete`; nothing of it
# is evaluated here.

_mc_ticket_complete() {
    local line=${COMP_LINE:0:COMP_POINT} words=() whole=() word current glued candidate i

    # bash parts words at = and :, which we do not.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $line == [[:blank:]]* || $i -eq 0 ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words+=("")
        fi
        [ "$i" -lt "$COMP_CWORD" ] || word=$line
        words[-1]+=$word
        line=${line#"$word"}
    done
    current=${words[-1]#[\"\']}
    words[-1]=$current
    words[0]=${1##*/}
    case $word in
    [=:]*) glued=$current ;;
    *) glued=${current%"${word#[\"\']}"} ;;
    esac

    mapfile -t whole < <(command mc-ticket complete -- "${words[@]}" 2>/dev/null)
    COMPREPLY=()
    for candidate in "${whole[@]}"; do
        if [[ $candidate == $'\tFILE' ]]; then
            compopt -o default
            return
        fi
        candidate=${candidate%%$'\t'*}
        COMPREPLY+=("${candidate#"$glued"}")
    done
}

complete -o nosort -F _mc_ticket_complete mc-ticket mc-pickup
