# Completion for fish: of `git hf-ssh` and of `git-hf-ssh`. The words come from the program
# (git-hf-ssh(1), complete).
# Installed below fish/vendor_conf.d, not vendor_completions.d: fish's completion of git does not
# look there for other commands of git, before 3.7 not even for those that have a completion.

function __hf_ssh_offers
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l at (contains -i -- hf-ssh $words)
    or set at 1
    set -e words[1..$at]
    set -l offers (command git-hf-ssh complete -- $words $current 2>/dev/null)
    if test "$offers" = \tfiles
        __fish_complete_path $current
    else
        string join \n -- $offers
    end
end

complete -c git-hf-ssh -f -a '(__hf_ssh_offers)'
complete -c git -n __fish_git_needs_command -f -a hf-ssh \
    -d 'Keys, host keys and set-up for Hugging Face'
complete -c git -n '__fish_git_using_command hf-ssh' -f -a '(__hf_ssh_offers)'
