# SPDX-License-Identifier: Apache-2.0
# bash completion for smtpprobe(1)
# shellcheck shell=bash disable=SC2207

_smtpprobe() {
    local cur prev words cword command='' word
    _init_completion -n : 2>/dev/null || {
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    }
    case $prev in
        --tls) COMPREPLY=($(compgen -W 'none may require implicit' -- "$cur")) && return ;;
        --format) COMPREPLY=($(compgen -W 'text json ndjson' -- "$cur")) && return ;;
        --exit-style) COMPREPLY=($(compgen -W 'plain swaks sysexits' -- "$cur")) && return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")) && return ;;
        --body-type) COMPREPLY=($(compgen -W '7bit 8bitmime binarymime' -- "$cur")) && return ;;
        --notify) COMPREPLY=($(compgen -W 'never success failure delay' -- "$cur")) && return ;;
        --ret) COMPREPLY=($(compgen -W 'full hdrs' -- "$cur")) && return ;;
        --mail-size | --mt-priority | --mail-auth | --envid | --orcpt | --deliver-by | --hold-for | --hold-until | --verb) return ;;
        --quit-after) COMPREPLY=($(compgen -W 'connect greeting ehlo starttls tls mail rcpt' -- "$cur")) && return ;;
        --input) COMPREPLY=($(compgen -W 'replies session log bounce' -- "$cur")) && return ;;
        --class) COMPREPLY=($(compgen -W 'success userunknown filtered hasmoved mailboxfull suspend hostunknown
            notaccept mesgtoobig exceedlimit contenterror notcompliantrfc spamdetected virusdetected blocked
            badreputation requireptr rejected authfailure policyviolation securityerror norelaying starttls-
            required ratelimited toomanyconn greylisted networkerror expired systemerror systemfull mailererror
            syntaxerror unknown' -- "$cur")) && return ;;
        --ca-file | --tls-cert | --tls-key | --config) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
        --check)
            COMPREPLY=($(compgen -W 'all-safe relay vrfy catch-all postmaster null-sender smuggling starttls-enforced
            size' -- "$cur")) && return ;;
        --test-body) COMPREPLY=($(compgen -W 'plain eicar gtube' -- "$cur")) && return ;;
        --body-file | --attach | --message | --expect-password-file) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
        --subject | --body | --header | --size | --expect-in | --expect-timeout | --expect-password-env) return ;;
        --proxy-header) COMPREPLY=($(compgen -W 'v1 v2' -- "$cur")) && return ;;
        --socket | --proxy-password-file) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
        --auth) COMPREPLY=($(compgen -W 'SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 GSSAPI EXTERNAL DIGEST-MD5 CRAM-MD5 NTLM OAUTHBEARER XOAUTH2 PLAIN LOGIN ANONYMOUS' -- "$cur")) && return ;;
        --auth-password-file | --netrc) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
        --auth-password-env) COMPREPLY=($(compgen -e -- "$cur")) && return ;;
        --auth-user | --auth-as | --auth-realm | --auth-password-fd | --auth-password-command) return ;;
        --ca-path) COMPREPLY=($(compgen -d -- "$cur")) && return ;;
        --port | -p) COMPREPLY=($(compgen -W '25 465 587' -- "$cur")) && return ;;
        --pipe | --interface | --proxy | --proxy-password-env | --proxy-header-source | --proxy-header-destination | --xclient | --xforward)
            return ;;
        --control | --block-list | --as | --address | --source | --helo | --from | -f | --to | -t | --tls-name | --connect-timeout | --timeout | --deadline | --dns | --search)
            return ;;
    esac
    for word in "${words[@]:1:cword-1}"; do
        case $word in explain | self | render | swaks | demo) command=$word && break ;; esac
    done
    local common='--format --verbose --quiet --exit-style --color --config --help --help-all --version'
    local probe='--socket --pipe --lmtp --interface --proxy --proxy-dns --proxy-password-env --proxy-password-file
        --proxy-header --proxy-header-source --proxy-header-destination --proxy-header-local --xclient --xforward
        --send --subject --body --body-file --header --attach --message --test-body --size --bdat
        --expect-in --expect-timeout --expect-password-file --expect-password-env --expect-insecure --check --i-own-this-server --mx --no-mx --ipv4 --ipv6 --port --source --helo --from --to
        --mail-size --body-type --smtputf8 --requiretls --mt-priority --mail-auth --notify --ret --envid --orcpt
        --deliver-by --hold-for --hold-until --unoffered --no-pipelining --verb --tls --tls-name --ca-file --ca-path
        --tls-cert --tls-key
        --auth --auth-all --auth-user --auth-as --auth-realm --auth-password-file --auth-password-fd
        --auth-password-env --auth-password-command --netrc --auth-insecure --no-initial-response --show-secrets
        --connect-timeout --timeout --deadline --all --first --quit-after --dns --allow-loopback
        --control --no-controls --trace --no-trace --retry-greylist --block-list --no-block-lists --no-experiments'
    local explain='--input --every --probe --list --class --search'
    case $command:$cur in
        explain:-*) COMPREPLY=($(compgen -W "$explain $probe $common" -- "$cur")) ;;
        explain:*) COMPREPLY=($(compgen -f -- "$cur")) ;;
        self:*) COMPREPLY=($(compgen -W "--as --address $probe $common" -- "$cur")) ;;
        render:-*) COMPREPLY=($(compgen -W "$common" -- "$cur")) ;;
        render:*) COMPREPLY=($(compgen -f -- "$cur")) ;;
        swaks:*) COMPREPLY=() ;;
        demo:-*) COMPREPLY=($(compgen -W "--list --serve $common" -- "$cur")) ;;
        demo:*) COMPREPLY=($(compgen -W "$("${words[0]}" demo --list 2>/dev/null | awk '{ print $1 }')" -- "$cur")) ;;
        *:-*) COMPREPLY=($(compgen -W "$probe $common" -- "$cur")) ;;
        *) COMPREPLY=($(compgen -W 'explain self render swaks demo' -A hostname -- "$cur")) ;;
    esac
}
complete -F _smtpprobe smtpprobe
