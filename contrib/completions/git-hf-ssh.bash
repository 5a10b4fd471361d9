# shellcheck shell=bash
# Completion for bash: of `git hf-ssh`, through git's own completion, and of `git-hf-ssh`.
# Installed as share/bash-completion/completions/git-hf-ssh, where both look for it. The words come
# from the program (git-hf-ssh(1), complete).

# Called by git's completion, which has set words, cword and cur; none of them split at : or =.
_git_hf_ssh() {
    local first
    for ((first = ${__git_cmd_idx:-1}; first < cword; first++)); do
        [[ ${words[first]} == hf-ssh ]] && break
    done
    _hf_ssh_offer < <(
        __git hf-ssh complete -- "${words[@]:first+1:cword-first}" 2>/dev/null)
}

_git_hf_ssh_alone() {
    local cur words cword
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n =: cur words cword
    else
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]}
    fi
    _hf_ssh_offer < <(git-hf-ssh complete -- "${words[@]:1:cword}" 2>/dev/null)
}

# Reads offers. readline replaces what stands behind the last of COMP_WORDBREAKS in the word.
_hf_ssh_offer() {
    local line word breaks='' kept=''
    [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
    [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
    [[ $breaks ]] && kept=${cur%"${cur##*["$breaks"]}"}
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == $'\tfiles' ]]; then
            compopt -o filenames +o nospace 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "${cur#"$kept"}")
            return
        fi
        printf -v word '%q' "${line%%$'\t'*}"
        [[ $word == \\~/* ]] && word=${word#\\}
        COMPREPLY+=("${word#"$kept"} ")
    done
}

complete -o nospace -F _git_hf_ssh_alone git-hf-ssh
