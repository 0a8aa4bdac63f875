#!/bin/sh
# Runs httplog in the background: start_httplog.sh start|stop|status|restart|force-reload
#
# httplog reads its settings itself, as it does in the foreground: the environment, and /etc/sysconfig/httplog or else the httplog.conf beside this
# script, since it is started in this directory. This script reads no settings and never sources the file.
#
# For this script alone, in the environment:
#   HTTPLOG_NODE      the node to run it with      (default: node of the PATH)
#   HTTPLOG_PIDFILE   which process it is          (default: /var/run/httplog.pid)
#   HTTPLOG_ERRFILE   where its diagnostics go     (default: /var/log/httplog.err)
#
# Exit status as the LSB says (Init Script Actions): 0 done or running, 1 failed (status: dead, but its PID file exists), 2 wrong arguments,
# 3 not running (status), 4 not permitted, 5 not installed.
#
### BEGIN INIT INFO
# Provides:          httplog
# Required-Start:    $remote_fs $network
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: logs HTTP requests and responses from the wire
### END INIT INFO

set -uf

script=$(readlink -f -- "$0")
directory=$(dirname -- "$script")
program=$directory/bin/httplog.js
node=${HTTPLOG_NODE:-node}
pidfile=${HTTPLOG_PIDFILE:-/var/run/httplog.pid}
errfile=${HTTPLOG_ERRFILE:-/var/log/httplog.err}
case $pidfile in /*) ;; *) pidfile=$PWD/$pidfile ;; esac
case $errfile in /*) ;; *) errfile=$PWD/$errfile ;; esac

fail() { # STATUS TEXT
  echo "$2" >&2
  exit "$1"
}

# When the process $1 began, in clock ticks since the boot: field 22 of /proc/PID/stat (proc(5)), counted behind the name, which can hold blanks and
# brackets. A number and this time together are one process for ever; a number alone may belong to another one tomorrow. A zombie has ended.
began() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086 # the fields are to be split
  set -- ${stat##*) }
  [ $# -ge 20 ] && [ "$1" != Z ] && [ "$1" != X ] || return 1
  shift 19
  echo "$1"
}

# Whether the process of the PID file runs; its number is then in $pid. The file's second line is no number, so that kill $(cat FILE) stays harmless.
running() {
  pid='' start=''
  [ -r "$pidfile" ] && { read -r pid && read -r start; } <"$pidfile" || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ "$start" = "start=$(began "$pid")" ] && [ "$start" != start= ]
}

need_root() {
  [ "$(id -u)" = 0 ] || fail 4 "start_httplog.sh $1 must be run as root: sudo $0 $1"
}

# One start or stop at a time. The lock is on a file that only root may open: whoever may read a file can lock it, and keep root waiting. It stays
# behind, for one that is removed could be locked by two; the program does not inherit it.
lock() {
  command -v flock >/dev/null || return 0
  (umask 077 && : >>"$pidfile.lock" && chmod 600 -- "$pidfile.lock") || fail 1 "cannot write $pidfile: name another file with HTTPLOG_PIDFILE"
  exec 9>>"$pidfile.lock"
  flock -w 60 9 || fail 1 'another start_httplog.sh has been busy for 60 s; try again when it has ended'
}

write_pidfile() { # PID
  time=$(began "$1") || return 0 # it has ended already: the caller sees that by itself
  (umask 022 && printf '%s\nstart=%s\n' "$1" "$time" >"$pidfile.new" && mv -f -- "$pidfile.new" "$pidfile")
}

# What the program has said since this start, at most $1 lines of it.
said() {
  tail -c "+$((before + 1))" -- "$errfile" | grep -v '^[[:space:]]*$' | tail -n "$1" | sed 's/^/  /'
}

# Standard output as well: log lines, if the settings say HTTPLOG_DIR=-, are not to vanish.
launch() {
  cd -- "$directory" || fail 1 "cannot enter $directory"
  if command -v setsid >/dev/null; then
    setsid "$node" "$program" </dev/null >>"$errfile" 2>&1 9<&- &
  else
    nohup "$node" "$program" </dev/null >>"$errfile" 2>&1 9<&- &
  fi
}

# Asks the program whether it could begin. What it says then is on the terminal of who starts it, and not only in a file.
check() {
  checked=$(cd -- "$directory" && "$node" "$program" -check </dev/null 2>&1 >/dev/null 9<&-)
  status=$?
  [ "$status" -eq 0 ] && return 0
  {
    echo "httplog did not start (exit status $status):"
    printf '%s\n' "$checked" | sed 's/^/  /'
  } >&2
  return 1
}

start() {
  command -v "$node" >/dev/null || fail 5 "there is no $node: install Node.js 20 or later, or name it with HTTPLOG_NODE"
  [ -f "$program" ] || fail 5 "there is no $program: start_httplog.sh belongs into the directory of httplog"
  if running; then
    echo "httplog is running already (pid $pid)"
    return 0
  fi
  rm -f -- "$pidfile"
  check || return 1
  (umask 027 && : >>"$errfile") || fail 1 "cannot write $errfile: name another file with HTTPLOG_ERRFILE"
  before=$(wc -c <"$errfile")
  launch
  child=$!
  if ! write_pidfile "$child"; then
    kill -TERM "$child"
    fail 1 "cannot write $pidfile: name another file with HTTPLOG_PIDFILE"
  fi
  # What the check could not see ends it within a moment.
  tries=20
  while [ "$tries" -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
    began "$child" >/dev/null && continue
    wait "$child"
    status=$?
    rm -f -- "$pidfile"
    echo "httplog did not start (exit status $status):" >&2
    said 20 >&2
    return 1
  done
  echo "httplog is running (pid $child); its diagnostics go to $errfile"
  said 5
}

stop() {
  if ! running; then
    rm -f -- "$pidfile"
    echo 'httplog is not running'
    return 0
  fi
  kill -TERM "$pid" || return 1
  # It writes what it still has before it goes.
  tries=150
  while [ "$tries" -gt 0 ]; do
    if ! running; then
      rm -f -- "$pidfile"
      echo "httplog has stopped (pid $pid)"
      return 0
    fi
    sleep 0.2
    tries=$((tries - 1))
  done
  echo "httplog still runs 30 s after SIGTERM (pid $pid): see $errfile; to end it without its last lines: kill -KILL $pid" >&2
  return 1
}

status() {
  [ ! -e "$pidfile" ] || [ -r "$pidfile" ] || fail 4 "cannot read $pidfile: run this as root"
  if running; then
    echo "httplog is running (pid $pid)"
  elif [ -e "$pidfile" ]; then
    fail 1 "httplog is not running, but its PID file $pidfile exists"
  else
    fail 3 'httplog is not running'
  fi
}

action=${1-}
[ $# -eq 1 ] || action=''
case $action in
start | stop)
  need_root "$action"
  lock
  "$action"
  ;;
restart | force-reload)
  need_root "$action"
  lock
  stop && start
  ;;
status)
  status
  ;;
*)
  fail 2 "usage: $0 start|stop|status|restart|force-reload"
  ;;
esac
