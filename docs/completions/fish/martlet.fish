function __martlet_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __martlet_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __martlet_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __martlet_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __martlet_parse_tokens -S
    set -l unparsed_tokens (__martlet_tokens -pc)
    switch $unparsed_tokens[1]
    case 'martlet'
        __martlet_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'run'
            __martlet_parse_subcommand 0 'config=' 'cgroup=' 'policy=+' 'own-rules' 'no-own-rules' 'events=' 'hooks=' 'events-file=' 'stdout=' 'set=+' 'version' 'h/help'
        case 'status'
            __martlet_parse_subcommand 0 'socket=' 'filters' 'seconds=' 'cgroups=' 'json' 'version' 'h/help'
        case 'events'
            __martlet_parse_subcommand 0 'socket=' 'f/follow' 'filter=' 'events=' 'format=' 'limit=' 'no-color' 'version' 'h/help'
        case 'top'
            __martlet_parse_subcommand 0 'socket=' 'version' 'h/help'
        case 'watch'
            __martlet_parse_subcommand 0 'socket=' 'filter=' 'events=' 'version' 'h/help'
        case 'ship'
            __martlet_parse_subcommand -r 1 'version' 'h/help'
        case 'trace'
            __martlet_parse_subcommand -r 1 'format=' 'events=' 'output=' 'no-color' 'policy=+' 'no-policy' 'only-matches' 'profile=' 'learn=' 'for=' 'buffer=' 'brake=' 'hooks=' 'ledger' 'unfiltered' 'version' 'h/help'
        case 'record'
            __martlet_parse_subcommand -r 1 'o/output=' 'events=' 'for=' 'buffer=' 'brake=' 'hooks=' 'ledger' 'version' 'h/help'
        case 'replay'
            __martlet_parse_subcommand 1 'format=' 'events=' 'output=' 'no-color' 'policy=+' 'no-policy' 'only-matches' 'profile=' 'learn=' 'version' 'h/help'
        case 'session'
            __martlet_parse_subcommand -r 1 'type=' 'user=' 'uid=' 'group=+' 'extra=+' 'data=' 'version' 'h/help'
        case 'policy'
            __martlet_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'check'
                __martlet_parse_subcommand -r 1 'json' 'rules' 'strict' 'agent-version=' 'no-color' 'version' 'h/help'
            case 'filters'
                __martlet_parse_subcommand -r 1 'type=' 'recording=' 'json' 'version' 'h/help'
            case 'test'
                __martlet_parse_subcommand -r 1 'coverage' 'junit=' 'json' 'quiet' 'no-color' 'version' 'h/help'
            case 'list'
                __martlet_parse_subcommand 0 'socket=' 'rules' 'dead' 'json' 'version' 'h/help'
            case 'reload'
                __martlet_parse_subcommand 0 'socket=' 'version' 'h/help'
            end
        case 'config'
            __martlet_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'check'
                __martlet_parse_subcommand 1 'version' 'h/help'
            case 'show'
                __martlet_parse_subcommand 0 'config=' 'cgroup=' 'policy=+' 'own-rules' 'no-own-rules' 'events=' 'hooks=' 'events-file=' 'stdout=' 'set=+' 'json' 'version' 'h/help'
            case 'reference'
                __martlet_parse_subcommand 0 'version' 'h/help'
            end
        case 'install'
            __martlet_parse_subcommand 0 'systemd' 'root=' 'executable=' 'version' 'h/help'
        case 'uninstall'
            __martlet_parse_subcommand 0 'systemd' 'root=' 'purge' 'version' 'h/help'
        case 'why'
            __martlet_parse_subcommand 3 'policy=+' 'fields=' 'type=' 'var=+' 'json' 'no-color' 'version' 'h/help'
        case 'fields'
            __martlet_parse_subcommand 1 'type=' 'json' 'version' 'h/help'
        case 'eval'
            __martlet_parse_subcommand 1 'type=' 'fields=' 'var=+' 'batch=' 'version' 'h/help'
        case 'doctor'
            __martlet_parse_subcommand 0 'hooks=' 'json' 'version' 'h/help'
        case 'schema'
            __martlet_parse_subcommand 0 'format=' 'version' 'h/help'
        case 'validate'
            __martlet_parse_subcommand -r 1 'summary' 'version' 'h/help'
        case 'help'
            __martlet_parse_subcommand -r 1 'version'
        end
    end
end

function __martlet_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __martlet_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __martlet_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __martlet_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__martlet_tokens -p)
    if test -z "$(__martlet_tokens -t)"
        set -l index (count (__martlet_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'martlet' -f
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'run' -d 'Watch this host, and tell what rules find.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'status' -d 'Show how the running agent is.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'events' -d 'Show the running agent\'s events as they come.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'top' -d 'Watch what the running agent sees, second by second.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'watch' -d 'Watch events and threats of the running agent as they come.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'ship' -d 'Deliver the events in the outbox.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'trace' -d 'Run a command and show what it does, and all that descends from it.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'record' -d 'Run a command and keep what the kernel tells of it in a file, for \'martlet replay\'.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'replay' -d 'Show the events of a recording, as the live session made them.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'session' -d 'Run a command in the session of a person, whom its events and those of its descendants name.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'policy' -d 'Check and test policies, and see to those of the running agent.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'config' -d 'Check and show the configuration of \'martlet run\'.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'install' -d 'Have systemd run \'martlet run\', now and from each boot on.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'uninstall' -d 'Take back what \'martlet install\' did.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'why' -d 'Show why a rule matches an event, or why it does not.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'fields' -d 'List the fields that rules may read.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'eval' -d 'Evaluate a SECL expression on given field values.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'doctor' -d 'Tell what this kernel and this privilege allow, and what is lost without the rest.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'schema' -d 'Print the JSON Schema of events, or the reference page made of it.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'validate' -d 'Check events, one JSON object a line, against the schema.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" config' -l 'config' -d 'The configuration file. Default: /etc/martlet/martlet.yaml, if it is there.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" cgroup' -l 'cgroup' -d 'Watch the cgroup whose directory is PATH and all below it, instead of all of the host.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run"' -l 'policy' -d 'A policy, or a directory of them, beside Martlet\'s own rule pack; repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" own-rules' -l 'own-rules' -d 'Ask Martlet\'s own rule pack.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" no-own-rules' -l 'no-own-rules' -d 'Ask Martlet\'s own rule pack.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" events' -l 'events' -d 'Types of events to write though no rule matches, separated by commas.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" hooks' -l 'hooks' -d 'Where system calls are hooked: auto, universal or functions.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" events-file' -l 'events-file' -d 'The file of events; an empty name for none.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" stdout' -l 'stdout' -d 'Write events to standard output, too: compact, pretty or json.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run"' -l 'set' -d 'Set anything that a configuration file can, such as ring.size=64MiB; repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" filters' -l 'filters' -d 'Which rules make the kernel let events through.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" seconds' -l 'seconds' -d 'With --filters: for how long it counts. Default: 2.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" cgroups' -l 'cgroups' -d 'Of how many cgroups it tells what was seen there. Default: 10.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" f follow' -s 'f' -l 'follow' -d 'Go on until it is interrupted. There is nothing else yet.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" filter' -l 'filter' -d 'Show events that this condition holds for, whether or not a rule matched.' -rfka '(__martlet_custom_completion ---completion events -- --filter (count (__martlet_tokens -pc)) (__martlet_tokens -tC))'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" events' -l 'events' -d 'Types to show whether or not a rule matched, separated by commas.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" format' -l 'format' -d 'How events are written. Default: compact on a terminal, json elsewhere.' -rfka 'compact pretty json'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" limit' -l 'limit' -d 'End after so many.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet events" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet top" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet top" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet top" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet watch" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet watch" filter' -l 'filter' -d 'The condition to begin with.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet watch" events' -l 'events' -d 'Types to show whether or not a rule matched, separated by commas. Default: those that are rare.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet watch" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet ship" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet ship" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" format' -l 'format' -d 'How events are written. Default: compact on a terminal, json elsewhere.' -rfka 'compact pretty json'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" events' -l 'events' -d 'Types to show, separated by commas. Default: all that are there; live, all that need not be asked for.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" output' -l 'output' -d 'Write to FILE instead of standard output.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace"' -l 'policy' -d 'A policy, or a directory of them; repeatable. Default: Martlet\'s own rule pack.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" no-policy' -l 'no-policy' -d 'Ask no rule.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" only-matches' -l 'only-matches' -d 'Show only events that a rule matched.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" profile' -l 'profile' -d 'Tell what the profile in FILE does not know: programs that are run, names that are looked up.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" learn' -l 'learn' -d 'Take what happens into the profile in FILE, which is made if need be.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" for' -l 'for' -d 'Watch so long at most, then ask the command to end: 500ms, 10s, 2m, 1h.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" buffer' -l 'buffer' -d 'Memory of the ring buffer in MiB, a power of two.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" brake' -l 'brake' -d 'Hold who fills half of the ring buffer up so long at each event, so that it is read meanwhile and nothing is lost: microseconds, 0 for not at all.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" hooks' -l 'hooks' -d 'Where system calls are hooked: universal (as auto here), at the tracepoints that all calls go through, or functions, at those of the calls that are asked for, where the kernel allows that.' -rfka 'auto universal functions'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" ledger' -l 'ledger' -d 'At the end, tell for each type of event, and each cgroup, where what was seen went.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" unfiltered' -l 'unfiltered' -d 'Let the kernel leave out nothing, also of what no rule can hold for.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet trace" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" o output' -s 'o' -l 'output' -d 'The file to write.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" events' -l 'events' -d 'Types to record, separated by commas. Default: all that need not be asked for.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" for' -l 'for' -d 'Watch so long at most, then ask the command to end: 500ms, 10s, 2m, 1h.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" buffer' -l 'buffer' -d 'Memory of the ring buffer in MiB, a power of two.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" brake' -l 'brake' -d 'Hold who fills half of the ring buffer up so long at each event, so that it is read meanwhile and nothing is lost: microseconds, 0 for not at all.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" hooks' -l 'hooks' -d 'Where system calls are hooked: universal (as auto here), at the tracepoints that all calls go through, or functions, at those of the calls that are asked for, where the kernel allows that.' -rfka 'auto universal functions'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" ledger' -l 'ledger' -d 'At the end, tell for each type of event, and each cgroup, where what was seen went.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" format' -l 'format' -d 'How events are written. Default: compact on a terminal, json elsewhere.' -rfka 'compact pretty json'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" events' -l 'events' -d 'Types to show, separated by commas. Default: all that are there; live, all that need not be asked for.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" output' -l 'output' -d 'Write to FILE instead of standard output.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay"' -l 'policy' -d 'A policy, or a directory of them; repeatable. Default: Martlet\'s own rule pack.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" no-policy' -l 'no-policy' -d 'Ask no rule.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" only-matches' -l 'only-matches' -d 'Show only events that a rule matched.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" profile' -l 'profile' -d 'Tell what the profile in FILE does not know: programs that are run, names that are looked up.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" learn' -l 'learn' -d 'Take what happens into the profile in FILE, which is made if need be.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet replay" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" type' -l 'type' -d 'How the session was opened: k8s.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" user' -l 'user' -d 'Who opened it.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" uid' -l 'uid' -d 'Id of that user.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session"' -l 'group' -d 'A group of that user; may be repeated.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session"' -l 'extra' -d 'Something else that is known of that user; may be repeated, with the same name too.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" data' -l 'data' -d 'All of it, as the JSON of a UserInfo of Kubernetes.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet session" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet policy" -eq 1' -fa 'check' -d 'Check policies: what does not load, and what loads and is probably not meant so.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet policy" -eq 1' -fa 'filters' -d 'Show what the kernel leaves out with these policies, and what each rule makes it let through.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet policy" -eq 1' -fa 'test' -d 'Test policies: events, and the rules that must and must not match them.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet policy" -eq 1' -fa 'list' -d 'List the policies of the running agent.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet policy" -eq 1' -fa 'reload' -d 'Have the running agent load its policies anew.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" rules' -l 'rules' -d 'Show what became of each rule.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" strict' -l 'strict' -d 'Let warnings fail too.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" agent-version' -l 'agent-version' -d 'The version that version constraints are held against.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy filters" type' -l 'type' -d 'Show only this type of event.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy filters" recording' -l 'recording' -d 'Count what gets through of this recording.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy filters" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy filters" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy filters" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" coverage' -l 'coverage' -d 'Show the conditions of rules that did not come out both true and false.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" junit' -l 'junit' -d 'Write the results to FILE as JUnit XML, too.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" json' -l 'json' -d 'One JSON object a line, for programs: a test each, then a summary.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" quiet' -l 'quiet' -d 'Show only tests that fail.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy test" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" rules' -l 'rules' -d 'List each rule, too, with how often it was asked and matched.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" dead' -l 'dead' -d 'Only rules that never matched.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy reload" socket' -l 'socket' -d 'The agent\'s control socket. Default: MARTLET_CONTROL_PATH, or /run/martlet/control.sock.' -rF
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy reload" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet policy reload" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet config" -eq 1' -fa 'check' -d 'Tell what is wrong with a configuration.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet config" -eq 1' -fa 'show' -d 'Show what everything is set to, and by whom.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet config" -eq 1' -fa 'reference' -d 'Print the reference of all settings, as Markdown.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config check" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" config' -l 'config' -d 'The configuration file. Default: /etc/martlet/martlet.yaml, if it is there.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" cgroup' -l 'cgroup' -d 'Watch the cgroup whose directory is PATH and all below it, instead of all of the host.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show"' -l 'policy' -d 'A policy, or a directory of them, beside Martlet\'s own rule pack; repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" own-rules' -l 'own-rules' -d 'Ask Martlet\'s own rule pack.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" no-own-rules' -l 'no-own-rules' -d 'Ask Martlet\'s own rule pack.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" events' -l 'events' -d 'Types of events to write though no rule matches, separated by commas.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" hooks' -l 'hooks' -d 'Where system calls are hooked: auto, universal or functions.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" events-file' -l 'events-file' -d 'The file of events; an empty name for none.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" stdout' -l 'stdout' -d 'Write events to standard output, too: compact, pretty or json.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show"' -l 'set' -d 'Set anything that a configuration file can, such as ring.size=64MiB; repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config reference" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet config reference" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet install" systemd' -l 'systemd' -d 'For systemd, which is the only one there is.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet install" root' -l 'root' -d 'Write below DIR, and leave systemd alone.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet install" executable' -l 'executable' -d 'The program as the unit starts it. Default: this one.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet install" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet install" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet uninstall" systemd' -l 'systemd' -d 'For systemd, which is the only one there is.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet uninstall" root' -l 'root' -d 'Write below DIR, and leave systemd alone.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet uninstall" purge' -l 'purge' -d 'Remove configuration, policies, events and the shipper\'s user, too.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet uninstall" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet uninstall" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why"' -l 'policy' -d 'A policy, or a directory of them. Repeatable.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'policy\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" fields' -l 'fields' -d 'Field values as JSON in place of an event; - for standard input.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" type' -l 'type' -d 'With --fields: the event\'s type; that of the rule, if it is left out.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why"' -l 'var' -d 'With --fields: a variable, as martlet eval takes it. Repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" json' -l 'json' -d 'One JSON object, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" no-color' -l 'no-color' -d 'Never use colour.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet why" -eq 1' -fka '(__martlet_custom_completion ---completion why -- positional@0 (count (__martlet_tokens -pc)) (__martlet_tokens -tC))'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet why" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet fields" type' -l 'type' -d 'Only fields that belong to this type of event.' -rfka 'accept bind bpf capabilities capset cgroup_write chdir chmod chown connect dns exec exit imds link load_module mkdir mmap mount mprotect network_flow_monitor ondemand open packet prctl ptrace removexattr rename rmdir selinux setgid setrlimit setsockopt setuid setxattr signal splice sysctl unlink unload_module utimes'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet fields" json' -l 'json' -d 'One JSON object a line, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet fields" -eq 1' -fka '(__martlet_custom_completion ---completion fields -- positional@0 (count (__martlet_tokens -pc)) (__martlet_tokens -tC))'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet fields" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet fields" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval" type' -l 'type' -d 'The event\'s type; a rule about another type is false.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval" fields' -l 'fields' -d 'The field values as JSON; - for standard input.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval"' -l 'var' -d 'A variable: true, false, an integer, a JSON array, or else a text. Repeatable.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval" batch' -l 'batch' -d 'Answer one case a line; - for standard input.' -rfka ''
complete -c 'martlet' -n '__martlet_should_offer_completions_for_positional "martlet eval" -eq 1' -fka '(__martlet_custom_completion ---completion eval -- positional@0 (count (__martlet_tokens -pc)) (__martlet_tokens -tC))'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet eval" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet doctor" hooks' -l 'hooks' -d 'Where system calls are to be hooked by what watches more than a command: auto, universal or functions.' -rfka 'auto universal functions'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet doctor" json' -l 'json' -d 'One JSON object a line, for programs.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet doctor" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet schema" format' -l 'format' -d 'json: the schema itself; markdown: the reference page, which contains it.' -rfka 'json markdown'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet schema" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet schema" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet validate" summary' -l 'summary' -d 'End with a line that counts events, invalid events and violations.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet validate" version' -l 'version' -d 'Show the version.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet validate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'martlet' -n '__martlet_should_offer_completions_for_flags_or_options "martlet help" version' -l 'version' -d 'Show the version.'
